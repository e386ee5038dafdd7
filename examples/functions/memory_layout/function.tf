locals {
  layout = provider::flink::memory_layout({
    "taskmanager.memory.process.size"     = "4g"
    "taskmanager.memory.managed.fraction" = "0.5"
  }, "2.3.0")
}

# What RocksDB may use: 1798517552 bytes.
output "managed" {
  value = local.layout.task_manager.managed
}

# What a container asks for on Kubernetes: 4096.
output "pod_mebibytes" {
  value = local.layout.task_manager.pod_mebibytes
}
