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
  # Clusters, and jobs on them: whatever kubectl reaches.
  kubernetes = {
    config_path    = "~/.kube/config"
    config_context = "production"
  }

  # A JobManager that is not on Kubernetes.
  rest = {
    url      = "https://flink.example.com"
    username = "terraform"
    password = var.flink_password
  }
}
