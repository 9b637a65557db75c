# Keys, aliases and grants, as the hashicorp/aws provider makes them.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "suffix" {
  type = string
}

data "aws_caller_identity" "me" {}

resource "aws_iam_user" "grantee" {
  name = "grantee-${var.suffix}"
}

resource "aws_kms_key" "data" {
  description             = "data of ${var.suffix}"
  enable_key_rotation     = true
  rotation_period_in_days = 180
  deletion_window_in_days = 7
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Enable IAM User Permissions"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "Use"
        Effect    = "Allow"
        Principal = { AWS = aws_iam_user.grantee.arn }
        Action    = ["kms:Encrypt", "kms:Decrypt"]
        Resource  = "*"
      }
    ]
  })
  tags = {
    team = "red"
  }
}

resource "aws_kms_alias" "data" {
  name          = "alias/data-${var.suffix}"
  target_key_id = aws_kms_key.data.key_id
}

resource "aws_kms_grant" "data" {
  name              = "grant"
  key_id            = aws_kms_key.data.key_id
  grantee_principal = aws_iam_user.grantee.arn
  operations        = ["Encrypt", "Decrypt", "GenerateDataKey"]
  constraints {
    encryption_context_equals = {
      Department = "Finance"
    }
  }
}

resource "aws_kms_key" "signing" {
  customer_master_key_spec = "ECC_NIST_P256"
  key_usage                = "SIGN_VERIFY"
  deletion_window_in_days  = 7
}

resource "aws_kms_key" "primary" {
  multi_region            = true
  deletion_window_in_days = 7
}

resource "aws_kms_external_key" "imported" {
  key_material_base64     = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
  deletion_window_in_days = 7
  enabled                 = true
}

resource "aws_kms_ciphertext" "secret" {
  key_id    = aws_kms_key.data.key_id
  plaintext = "attack at dawn"
  context = {
    purpose = "test"
  }
}

data "aws_kms_key" "by_alias" {
  key_id     = aws_kms_alias.data.name
  depends_on = [aws_kms_alias.data]
}

data "aws_kms_public_key" "signing" {
  key_id = aws_kms_key.signing.arn
}

output "account" {
  value = data.aws_caller_identity.me.account_id
}
