locals {
  findings = provider::flink::validate_configuration({
    "state.backend.incremnetal" = "true"
    "parallelism.default"       = "4"
  }, "1.20.5")
}

# Fails where Flink would, and tells of options that Flink would ignore.
check "flink_configuration" {
  assert {
    condition     = alltrue([for finding in local.findings : finding.severity == "hint"])
    error_message = join("\n", local.findings[*].text)
  }
}
