# 1677721600
output "process_size" {
  value = provider::flink::memory_bytes("1600m")
}
