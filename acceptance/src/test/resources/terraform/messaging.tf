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

resource "aws_sqs_queue" "letters" {
  name                      = "letters-${var.suffix}"
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "orders" {
  name                       = "orders-${var.suffix}"
  visibility_timeout_seconds = 60
  receive_wait_time_seconds  = 10
  tags                       = { team = "shop" }
}

resource "aws_sqs_queue_redrive_policy" "orders" {
  queue_url = aws_sqs_queue.orders.id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.letters.arn
    maxReceiveCount     = 4
  })
}

resource "aws_sqs_queue" "ordered" {
  name                        = "ordered-${var.suffix}.fifo"
  fifo_queue                  = true
  content_based_deduplication = true
  deduplication_scope         = "messageGroup"
  fifo_throughput_limit       = "perMessageGroupId"
}

resource "aws_sqs_queue_redrive_allow_policy" "letters" {
  queue_url = aws_sqs_queue.letters.id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.orders.arn]
  })
}

data "aws_iam_policy_document" "orders" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.orders.arn]
    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com", "events.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_sqs_queue_policy" "orders" {
  queue_url = aws_sqs_queue.orders.id
  policy    = data.aws_iam_policy_document.orders.json
}

resource "aws_sns_topic" "news" {
  name         = "news-${var.suffix}"
  display_name = "News"
  tags         = { team = "shop" }
}

data "aws_iam_policy_document" "news" {
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.news.arn]
    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }
}

resource "aws_sns_topic_policy" "news" {
  arn    = aws_sns_topic.news.arn
  policy = data.aws_iam_policy_document.news.json
}

resource "aws_sns_topic_subscription" "orders" {
  topic_arn            = aws_sns_topic.news.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.orders.arn
  raw_message_delivery = true
  filter_policy        = jsonencode({ kind = ["order"] })
}

resource "aws_cloudwatch_event_bus" "shop" {
  name = "shop-${var.suffix}"
}

resource "aws_cloudwatch_event_rule" "paid" {
  name           = "paid-${var.suffix}"
  event_bus_name = aws_cloudwatch_event_bus.shop.name
  event_pattern  = jsonencode({ source = ["shop"], detail = { state = ["paid"] } })
  tags           = { team = "shop" }
}

resource "aws_cloudwatch_event_target" "orders" {
  rule           = aws_cloudwatch_event_rule.paid.name
  event_bus_name = aws_cloudwatch_event_bus.shop.name
  target_id      = "orders"
  arn            = aws_sqs_queue.orders.arn
  input_transformer {
    input_paths    = { state = "$.detail.state" }
    input_template = "{\"state\": <state>}"
  }
  dead_letter_config {
    arn = aws_sqs_queue.letters.arn
  }
}

resource "aws_cloudwatch_event_rule" "daily" {
  name                = "daily-${var.suffix}"
  schedule_expression = "cron(0 6 * * ? *)"
}

resource "aws_cloudwatch_event_target" "news" {
  rule = aws_cloudwatch_event_rule.daily.name
  arn  = aws_sns_topic.news.arn
}

resource "aws_cloudwatch_event_archive" "shop" {
  name             = "shop-${var.suffix}"
  event_source_arn = aws_cloudwatch_event_bus.shop.arn
  retention_days   = 7
}
