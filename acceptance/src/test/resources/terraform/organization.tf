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

output "account" {
  value = data.aws_caller_identity.current.account_id
}

resource "aws_organizations_organization" "this" {
  feature_set                   = "ALL"
  enabled_policy_types          = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "TAG_POLICY"]
  aws_service_access_principals = ["account.amazonaws.com"]
}

resource "aws_organizations_organizational_unit" "workloads" {
  name      = "Workloads"
  parent_id = aws_organizations_organization.this.roots[0].id
  tags      = { team = "platform" }
}

resource "aws_organizations_organizational_unit" "prod" {
  name      = "Prod"
  parent_id = aws_organizations_organizational_unit.workloads.id
}

resource "aws_organizations_account" "app" {
  name      = "app-${var.suffix}"
  email     = "app-${var.suffix}@example.com"
  parent_id = aws_organizations_organizational_unit.prod.id
  tags      = { env = "prod" }
}

resource "aws_organizations_policy" "deny" {
  name       = "DenyLeave"
  depends_on = [aws_organizations_organization.this]
  content    = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Action = "organizations:LeaveOrganization", Resource = "*" }] })
}

resource "aws_organizations_policy_attachment" "unit" {
  policy_id = aws_organizations_policy.deny.id
  target_id = aws_organizations_organizational_unit.workloads.id
}

resource "aws_organizations_policy" "tags" {
  name       = "tags"
  type       = "TAG_POLICY"
  content    = jsonencode({ tags = { Product = { tag_key = { "@@assign" = "Product" } } } })
  depends_on = [aws_organizations_organization.this]
}

resource "aws_organizations_delegated_administrator" "app" {
  account_id        = aws_organizations_account.app.id
  service_principal = "account.amazonaws.com"
}

resource "aws_organizations_resource_policy" "this" {
  content = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::${aws_organizations_account.app.id}:root" }, Action = ["organizations:ListPolicies"], Resource = "*" }] })
}

resource "aws_account_alternate_contact" "security" {
  alternate_contact_type = "SECURITY"
  name                   = "Ann"
  title                  = "CISO"
  email_address          = "ann@example.com"
  phone_number           = "+15550100"
}
