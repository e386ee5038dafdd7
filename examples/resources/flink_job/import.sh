# By the cluster on Kubernetes that the job runs on, and the job's name or Flink's id of it ...
terraform import flink_job.orders flink/orders/orders

# ... a job with a cluster of its own by that cluster alone, where an apply of this provider made it ...
terraform import flink_job.orders flink/orders

# ... by the URL of the JobManager and the job's name or Flink's id of it ...
terraform import flink_job.orders 'https://flink.example.com:443#orders'
terraform import flink_job.orders 'https://flink.example.com:443#a1b2c3d4e5f60718293a4b5c6d7e8f90'

# ... or, on the JobManager of the provider, by either alone.
terraform import flink_job.orders a1b2c3d4e5f60718293a4b5c6d7e8f90
