data "flink_cluster" "main" {}

check "enough_slots" {
  assert {
    condition     = data.flink_cluster.main.slots_available >= 4
    error_message = "Only ${data.flink_cluster.main.slots_available} slots are free."
  }
}
