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

data "aws_caller_identity" "current" {}

data "aws_canonical_user_id" "current" {}

output "account" {
  value = data.aws_caller_identity.current.account_id
}

resource "aws_kms_key" "data" {
  deletion_window_in_days = 7
}

resource "aws_s3_bucket" "data" {
  bucket        = "tf-storage-${var.suffix}"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "data" {
  bucket = aws_s3_bucket.data.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "data" {
  bucket = aws_s3_bucket.data.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.data.arn
    }
  }
}

resource "aws_s3_object" "data" {
  bucket  = aws_s3_bucket.data.id
  key     = "folder/object.txt"
  content = "content of an object"

  depends_on = [
    aws_s3_bucket_versioning.data,
    aws_s3_bucket_server_side_encryption_configuration.data,
  ]
}

resource "aws_s3_object_copy" "copy" {
  bucket = aws_s3_bucket.data.id
  key    = "folder/copy.txt"
  source = "${aws_s3_bucket.data.id}/${aws_s3_object.data.key}"
}

resource "aws_s3_bucket" "vault" {
  bucket              = "tf-vault-${var.suffix}"
  object_lock_enabled = true
  force_destroy       = true
}

resource "aws_s3_bucket_object_lock_configuration" "vault" {
  bucket = aws_s3_bucket.vault.id
  rule {
    default_retention {
      mode = "GOVERNANCE"
      days = 1
    }
  }
}

resource "aws_s3_object" "vault" {
  bucket                        = aws_s3_bucket.vault.id
  key                           = "held"
  content                       = "held"
  object_lock_legal_hold_status = "OFF"
  object_lock_mode              = "GOVERNANCE"
  object_lock_retain_until_date = "2099-01-01T00:00:00Z"
  force_destroy                 = true

  depends_on = [aws_s3_bucket_object_lock_configuration.vault]
}

resource "aws_s3_bucket" "shared" {
  bucket = "tf-shared-${var.suffix}"
}

resource "aws_s3_bucket_ownership_controls" "shared" {
  bucket = aws_s3_bucket.shared.id
  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_public_access_block" "shared" {
  bucket                  = aws_s3_bucket.shared.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = false
}

resource "aws_s3_bucket_acl" "shared" {
  bucket = aws_s3_bucket.shared.id
  access_control_policy {
    owner {
      id = data.aws_canonical_user_id.current.id
    }
    grant {
      permission = "FULL_CONTROL"
      grantee {
        type = "CanonicalUser"
        id   = data.aws_canonical_user_id.current.id
      }
    }
    grant {
      permission = "WRITE"
      grantee {
        type = "Group"
        uri  = "http://acs.amazonaws.com/groups/s3/LogDelivery"
      }
    }
  }

  depends_on = [
    aws_s3_bucket_ownership_controls.shared,
    aws_s3_bucket_public_access_block.shared,
  ]
}

resource "aws_s3_bucket_request_payment_configuration" "shared" {
  bucket = aws_s3_bucket.shared.id
  payer  = "Requester"
}

resource "aws_s3_bucket_policy" "shared" {
  bucket = aws_s3_bucket.shared.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:PutObject"
      Resource  = "${aws_s3_bucket.shared.arn}/*"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
