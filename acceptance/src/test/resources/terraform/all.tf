# All configurations at once: a module each, with one provider for all. Much of their time is the
# provider's waiting for what has to spread at AWS, which goes on side by side so.
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

# Endpoint, Region and credentials come from the environment, as ./bulwark env prints them.
provider "aws" {
  s3_use_path_style = true
}

module "identity" {
  source = "./identity"
  suffix = var.suffix
}

module "storage" {
  source = "./storage"
  suffix = var.suffix
}

module "bucket_rules" {
  source = "./bucket-rules"
  suffix = var.suffix
}

module "organization" {
  source = "./organization"
  suffix = var.suffix
}

module "messaging" {
  source = "./messaging"
  suffix = var.suffix
}

module "trail" {
  source = "./trail"
  suffix = var.suffix
}

module "kms" {
  source = "./kms"
  suffix = var.suffix
}

output "accounts" {
  value = distinct([
    module.identity.account,
    module.storage.account,
    module.bucket_rules.account,
    module.organization.account,
    module.messaging.account,
    module.trail.account,
    module.kms.account,
  ])
}
