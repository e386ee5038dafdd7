data "flink_jobs" "failed" {
  status = "FAILED"
}

output "failed_jobs" {
  value = data.flink_jobs.failed.jobs[*].name
}
