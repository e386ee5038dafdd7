resource "flink_cluster" "it" {
  namespace            = "NAMESPACE"
  name                 = "orders"
  flink_version        = "2.3"
  image                = "IMAGE"
  plugins              = ["flink-python-2.3.0.jar"]
  hadoop_configuration = "hadoop"
  state = {
    checkpoint_dir      = "file://SHARED/checkpoints"
    savepoint_dir       = "file://SHARED/savepoints"
    checkpoint_interval = "1s"
  }
  flink_configuration = {
    "env.java.opts.jobmanager"  = "JVM"
    "env.java.opts.taskmanager" = "JVM"
    "user.greeting"             = "<$${KEY}>"
  }
  AVAILABLE
  task_manager = {
    PROCESS
    replicas          = 2
    labels            = { drained = "NAMESPACE" }
    disruption_budget = { max_unavailable = "1" }
    topology_spread   = [{ topology_key = "kubernetes.io/hostname" }]
  }
  pod_template = <<-YAML
    spec:
      initContainers:
      - name: prepare
        image: IMAGE
        command: [sh, -c, "echo init >/scratch/made-by"]
        volumeMounts: [{name: scratch, mountPath: /scratch}]
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
  YAML
  volumes = {
    shared      = { mounts = [{ path = "SHARED" }], persistent_volume_claim = { claim = "shared" } }
    credentials = { mounts = [{ path = "/secrets", read_only = true }], secret = { name = "credentials" } }
    settings    = { mounts = [{ path = "/settings", read_only = true }], config_map = { name = "settings" } }
    scratch     = { mounts = [{ path = "/scratch" }], empty_dir = { size_limit = "50Mi" } }
  }
  rest = { tls = {
    secret   = "rest-tls"
    keystore = "keystore.p12"
    password = { secret = "rest-tls", key = "password" }
  } }
  # Labels alone: whoever comes through the API server is warned.
  network_policy = { allow_rest_from = [{ pod_labels = { role = "client" } }] }
}

