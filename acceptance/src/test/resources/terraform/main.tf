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

resource "aws_iam_openid_connect_provider" "pipelines" {
  url             = "https://pipelines.example.com/${var.suffix}"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["6938fd4d98bab03faadb97b34396831e3780aea1"]
  tags            = { team = "build" }
}

resource "aws_iam_saml_provider" "corp" {
  name = "corp-${var.suffix}"
  tags = { team = "people" }

  saml_metadata_document = <<-XML
    <?xml version="1.0" encoding="UTF-8"?>
    <EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com/saml">
      <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
        <KeyDescriptor use="signing">
          <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#">
            <X509Data>
              <X509Certificate>
                MIIDFTCCAf2gAwIBAgIUV5002nllwCAiAHusgEf8OTAc7GMwDQYJKoZIhvcNAQEL
                BQAwGjEYMBYGA1UEAwwPaWRwLmV4YW1wbGUuY29tMB4XDTI2MTEyNTIzNDkxOFoX
                DTQ2MTEyMDIzNDkxOFowGjEYMBYGA1UEAwwPaWRwLmV4YW1wbGUuY29tMIIBIjAN
                BgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsO1AKlvkGHpZZrlnt8BRI8BrII47
                S25va4S99jhGp0XPU2oiiNQS7MugbY8HK0MvzWVeCGOXluBx2CpbkKQx3vRwUQka
                hqqZiAZOrKfOtOPKF0VAj9UcHGiTZjiy3CNRdHddO/VJF67F5ZjQa1purVdmb3QN
                K/NVwzuFVHs91euH67sU35u9Lb2k3fYC5iRBS9Yl0Oy79zWDFUMD8C6257EzWG45
                nEFisbiYFXQUAc4JGdvY15xkLGQmxcJT03wezIlrbOmn3RQJAirIqQwYXnQHplY7
                5lwK0v8xAoH5L3IBSHUkLll1N4ZdvHBLXY9ylt6AIwhPJkySVK4inaQ1bQIDAQAB
                o1MwUTAdBgNVHQ4EFgQUWGx9ZJNiT67lFO6SXC3GRuPaA5AwHwYDVR0jBBgwFoAU
                WGx9ZJNiT67lFO6SXC3GRuPaA5AwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0B
                AQsFAAOCAQEAUpKCAxfOmYtaflnue9OtT8ZCKGtZyitMlZ5TJ8iER1ZRjd7vG2hs
                BF9zJqoozqjd30MVKJ4PIgxd+cggBQahN4/F19yDQBFogdoKI0JRnbFjsG3Luo8x
                4uJtAqJN8bdw3vC3V/G7d6qXCSE4h6b0nQ0YG4zMthVopmkreEQtO2q81xGkVfYQ
                vhKjwEnolGj57WDvvJ9zrQDDw8oDLXuD5Ku/envhxOIIaJbHZ8tUSU9jB7iHBy3L
                FdE/a9G/8ikU2xpMu6FlFPK7yDHXRY7T0sb+J+pVF6hbWWcEJx8rtcmtzxWlV57+
                rEtxngWrNApORsQCqin7Ey7aeS8QV12moA==
              </X509Certificate>
            </X509Data>
          </KeyInfo>
        </KeyDescriptor>
        <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
      </IDPSSODescriptor>
    </EntityDescriptor>
  XML
}

resource "aws_iam_role" "pipeline" {
  name = "pipeline-${var.suffix}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.pipelines.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = { "pipelines.example.com/${var.suffix}:aud" = "sts.amazonaws.com" }
      }
    }]
  })
}

output "account" {
  value = data.aws_caller_identity.current.account_id
}

data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = [aws_s3_bucket.data.arn, "${aws_s3_bucket.data.arn}/*"]
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_policy" "boundary" {
  name   = "tf-boundary-${var.suffix}"
  path   = "/terraform/"
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_account_password_policy" "strict" {
  minimum_password_length        = 14
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = true
  require_symbols                = true
  allow_users_to_change_password = true
  max_password_age               = 90
  password_reuse_prevention      = 24
  hard_expiry                    = false
}

resource "aws_iam_user" "user" {
  name                 = "tf-user-${var.suffix}"
  path                 = "/terraform/"
  permissions_boundary = aws_iam_policy.boundary.arn
  tags                 = { team = "one" }
}

resource "aws_iam_access_key" "key" {
  user = aws_iam_user.user.name
}

resource "aws_iam_user_policy" "inline" {
  name   = "inline"
  user   = aws_iam_user.user.name
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_group" "group" {
  name = "tf-group-${var.suffix}"
}

resource "aws_iam_group_membership" "members" {
  name  = "members"
  group = aws_iam_group.group.name
  users = [aws_iam_user.user.name]
}

resource "aws_iam_policy" "policy" {
  name        = "tf-policy-${var.suffix}"
  description = "Reads the data."
  policy      = data.aws_iam_policy_document.read.json
}

resource "aws_iam_group_policy_attachment" "group" {
  group      = aws_iam_group.group.name
  policy_arn = aws_iam_policy.policy.arn
}

resource "aws_iam_user_policy_attachment" "user" {
  user       = aws_iam_user.user.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_role" "role" {
  name                 = "tf-role-${var.suffix}"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 7200
  permissions_boundary = aws_iam_policy.boundary.arn
  tags                 = { team = "one" }
}

resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = aws_iam_role.role.id
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_role_policy_attachment" "role" {
  role       = aws_iam_role.role.name
  policy_arn = aws_iam_policy.policy.arn
}

resource "aws_iam_instance_profile" "profile" {
  name = "tf-profile-${var.suffix}"
  role = aws_iam_role.role.name
}

resource "aws_s3_bucket" "data" {
  bucket = "tf-data-${var.suffix}"
  tags   = { team = "one" }
}

resource "aws_s3_object" "object" {
  bucket  = aws_s3_bucket.data.id
  key     = "folder/object.txt"
  content = "content of an object"
}

resource "aws_s3_bucket_policy" "policy" {
  bucket = aws_s3_bucket.data.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = aws_iam_role.role.arn }
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_bucket.data.arn}/*"
    }]
  })
}
