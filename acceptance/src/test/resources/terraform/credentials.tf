# Credentials of users, and a role that belongs to a service.

resource "aws_iam_user" "person" {
  name = "person-${var.suffix}"
}

resource "aws_iam_user_login_profile" "person" {
  user                    = aws_iam_user.person.name
  password_reset_required = false
}

resource "aws_iam_virtual_mfa_device" "person" {
  virtual_mfa_device_name = "person-${var.suffix}"
  tags                    = { team = "blue" }
}

resource "aws_iam_user_ssh_key" "person" {
  username   = aws_iam_user.person.name
  encoding   = "SSH"
  public_key = trimspace(file("${path.module}/rsa.pub"))
}

resource "aws_iam_signing_certificate" "person" {
  user_name        = aws_iam_user.person.name
  certificate_body = file("${path.module}/leaf.pem")
}

resource "aws_iam_service_specific_credential" "person" {
  service_name = "codecommit.amazonaws.com"
  user_name    = aws_iam_user.person.name
}

resource "aws_iam_server_certificate" "www" {
  name              = "www-${var.suffix}"
  certificate_body  = file("${path.module}/leaf.pem")
  certificate_chain = "${file("${path.module}/mid.pem")}${file("${path.module}/root.pem")}"
  private_key       = file("${path.module}/leaf.key")
  tags              = { team = "blue" }
}

resource "aws_iam_service_linked_role" "autoscaling" {
  aws_service_name = "autoscaling.amazonaws.com"
  custom_suffix    = var.suffix
  description      = "Scales"
  tags             = { team = "blue" }
}
