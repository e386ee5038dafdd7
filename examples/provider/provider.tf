terraform {
  required_providers {
    flink = {
      source = "terraform-provider-flink/flink"
    }
  }
}

variable "flink_password" {
  type      = string
  sensitive = true
}

provider "flink" {
  rest = {
    url      = "https://flink.example.com"
    username = "terraform"
    password = var.flink_password
  }
}
