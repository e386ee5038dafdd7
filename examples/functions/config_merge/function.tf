# { "state.backend.type" = "hashmap" }: the option was renamed, and null removes one.
output "configuration" {
  value = provider::flink::config_merge([
    { "state.backend" = "rocksdb", "state.backend.incremental" = "true" },
    { "state.backend.type" = "hashmap", "state.backend.incremental" = null },
  ])
}
