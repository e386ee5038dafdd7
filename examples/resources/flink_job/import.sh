# By the URL of the JobManager and the job's name ...
terraform import flink_job.orders 'https://flink.example.com:443#orders'

# ... by the URL and the id that Flink gave it ...
terraform import flink_job.orders 'https://flink.example.com:443#a1b2c3d4e5f60718293a4b5c6d7e8f90'

# ... or, on the JobManager of the provider, by either alone.
terraform import flink_job.orders a1b2c3d4e5f60718293a4b5c6d7e8f90
