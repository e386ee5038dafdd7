//! The Roles that users are given are enough for the whole life of clusters and jobs, and none of
//! their rules is idle: what the API server has been asked for is compared with them.

mod pod;
mod setting;

use acceptance_tests::Outcome;
use acceptance_tests::counting::Counting;
use acceptance_tests::jars::Jar;
use acceptance_tests::kubernetes::{Access, Asked};
use setting::{APPLY, PLAN, Setting, access};
use std::collections::BTreeSet;
use std::fmt::Write;

const EVERYTHING: &str = r#"  scheduler         = "adaptive"
  service_account   = { create = true }
  high_availability = { type = "kubernetes" }
  job_manager = {
    cpu               = 0.1
    replicas          = 2
    disruption_budget = { min_available = "1" }
  }
  task_manager = {
    cpu         = 0.1
    task_slots  = 8
    autoscaling = { min = 1, max = 2, cpu = 80 }
  }
  rest = {
    ingress = { host = "flink.example" }
  }
  network_policy = {
    allow_rest_from = [{ cidr = "0.0.0.0/0" }]
  }"#;

/// Needed although nobody may be seen to ask: what cannot be granted by who does not have it, what
/// one version of Kubernetes asks for and another does not, what only some API servers ask for, what
/// is asked of one of several JobManagers only where two are ready at that moment.
const IDLE: [&str; 8] = [
    "watch configmaps",
    "create pods",
    "watch pods",
    "delete pods",
    "get pods/portforward",
    "create pods/portforward",
    "update deployments/finalizers.apps",
    "delete pods/proxy",
];

#[tokio::test]
async fn the_roles_are_enough_for_a_whole_life_and_no_rule_is_idle() -> Outcome {
    let Some(it) = Setting::new("rights").await? else { return Ok(()) };
    let jobs = [it.counting("a")?, it.counting("b")?, it.counting("c")?];
    it.act_as(APPLY, "service_proxy")?;
    it.life(&jobs).await?;
    it.pods_of_flinks_own().await?;
    it.does_not_come_up().await?;
    it.looks_into_a_new_version().await?;

    let asked = it.asked(APPLY)?;
    let mut used = BTreeSet::new();
    for Asked { access, uri, .. } in asked.into_iter().filter(|asked| asked.allowed) {
        // What is applied needs `create` as well where it is not there yet.
        if access.verb == "patch" && uri.contains("fieldManager=") {
            used.insert(Access { verb: "create".to_owned(), ..access.clone() });
        }
        used.insert(access);
    }
    let role = it.role(APPLY).await?;
    let idle = role.difference(&used).map(ToString::to_string);
    let idle: Vec<String> = idle.filter(|idle| !IDLE.contains(&idle.as_str())).collect();
    assert!(idle.is_empty(), "{idle:?}");
    Ok(())
}

fn described_jobs(jobs: &[Counting], first: &str, jar: Jar) -> Outcome<String> {
    let mut hcl = String::new();
    for (index, job) in jobs.iter().enumerate() {
        let (jar, more) =
            if index == 0 { (jar, first) } else { (Jar::V1, "on_destroy = \"cancel\"") };
        let name = format!("\"flink_job\" \"{}\"", job.name);
        let job = job.resource(jar, &[], &format!("cluster = flink_cluster.it.ref\n{more}"))?;
        write!(hcl, "{}", job.replace("\"flink_job\" \"it\"", &name))?;
    }
    Ok(hcl)
}

impl Setting {
    /// A cluster of all kinds of objects with three jobs: made, planned, upgraded, rescaled,
    /// changed, destroyed.
    async fn life(&self, jobs: &[Counting]) -> Outcome {
        let workspace = &self.workspace;
        let storage = self.namespace.shared_folder().join("ha").display().to_string();
        let all = EVERYTHING.replace(
            "\"kubernetes\" }",
            &format!("\"kubernetes\", storage_dir = \"file://{storage}\" }}"),
        );
        let cluster = self.described("it", &all);
        let configure = |cluster: &str, first: &str, jar: Jar| {
            workspace.configure(&format!("{cluster}{}", described_jobs(jobs, first, jar)?))
        };
        configure(&cluster, "", Jar::V1)?;
        workspace.apply().await?.expect(0)?;
        for job in jobs {
            job.wait_for_lines(10).await?;
        }
        self.plans_with_rights_to_look_only().await?;
        self.plans_in_a_pod().await?;

        configure(&cluster, "", Jar::V2)?;
        self.stops_no_job_that_it_may_not_write_down(&jobs[0]).await?;
        workspace.apply().await?.expect(0)?;
        let again = "restart_trigger = { at = \"1\" }";
        configure(&cluster, again, Jar::V2)?;
        self.applies_in_a_pod().await?;
        let wider = format!("{again}\nparallelism = 2");
        configure(&cluster, &wider, Jar::V2)?;
        workspace.apply().await?.expect(0)?;
        let changed =
            cluster.replace("checkpoint_interval = \"1s\"", "checkpoint_interval = \"2s\"");
        configure(&changed, &wider, Jar::V2)?;
        workspace.apply().await?.expect(0)?;
        for job in jobs {
            job.wait_for_lines(10).await?;
            job.prove_transactions().await?;
        }
        self.act_as(APPLY, "port_forward")?;
        workspace.plan().await?.expect(0)?;
        self.act_as(APPLY, "service_proxy")?;
        workspace.destroy().await?.expect(0)?;
        Ok(())
    }

    /// A plan and a refresh of what has not changed, by an account that can only look.
    async fn plans_with_rights_to_look_only(&self) -> Outcome {
        self.act_as(PLAN, "service_proxy")?;
        self.workspace.settled().await?;
        let before = self.asked(PLAN)?.len();
        self.workspace.plan().await?.expect(0)?;
        let asked = self.asked(PLAN)?.split_off(before);
        let (flink, kubernetes): (Vec<_>, Vec<_>) =
            asked.iter().partition(|asked| asked.is_of_flink());
        let kinds: BTreeSet<&Access> = kubernetes.iter().map(|asked| &asked.access).collect();
        assert!(kinds.iter().all(|access| access.verb == "list"), "{kubernetes:#?}");
        assert_eq!(kinds.len(), kubernetes.len(), "{kubernetes:#?}");
        assert!(flink.len() <= 2, "{flink:#?}");
        self.act_as(APPLY, "service_proxy")
    }

    /// The journal comes before the stop.
    async fn stops_no_job_that_it_may_not_write_down(&self, job: &Counting) -> Outcome {
        let all = self.role(APPLY).await?;
        let mut fewer = all.clone();
        for verb in ["create", "update"] {
            fewer.remove(&access(&format!("{verb} configmaps")));
        }
        self.allow(APPLY, &fewer).await?;
        let resource = format!("flink_job.{}", job.name);
        let before = self.workspace.attribute(&resource, "job_id").await?;
        let refused = self.workspace.apply().await?.expect(1)?;
        refused.said("the job's journal needs the right to")?.said("configmaps")?;
        assert_eq!(self.workspace.attribute(&resource, "job_id").await?, before);
        job.wait_for_lines(10).await?;
        self.allow(APPLY, &all).await
    }

    /// Strategy native: Flink makes TaskManagers by itself, and they are gone with the cluster.
    async fn pods_of_flinks_own(&self) -> Outcome {
        let job = self.counting("d")?;
        let native = "  strategy        = \"native\"\n  service_account = { create = true }\n  job_manager     = { cpu = 0.1 }\n  task_manager    = { cpu = 0.1, task_slots = 2 }";
        let cluster = self.described("native", native);
        let resource = job.resource(Jar::V1, &[], "cluster = flink_cluster.native.ref")?;
        self.workspace.configure(&format!("{cluster}{resource}"))?;
        self.workspace.apply().await?.expect(0)?;
        job.wait_for_lines(10).await?;
        self.act_as(PLAN, "service_proxy")?;
        self.workspace.plan().await?.expect(0)?;
        self.act_as(APPLY, "service_proxy")?;
        for trigger in ["", "\nrestart_trigger = { at = \"1\" }"] {
            let more = format!("cluster = flink_cluster.native.ref{trigger}");
            let resource = job.resource(Jar::V2, &[], &more)?;
            self.workspace.configure(&format!("{cluster}{resource}"))?;
            self.workspace.apply().await?.expect(0)?;
        }
        self.act_as(APPLY, "service_proxy")?;
        self.workspace.destroy().await?.expect(0)?;
        job.prove().await
    }

    /// What looks into a new version of an application is a pod of ours.
    async fn looks_into_a_new_version(&self) -> Outcome {
        let job = self.counting("e")?;
        let described = async |version: &str| self.application(&job, version).await;
        self.workspace.configure(&described("1").await?)?;
        self.workspace.apply().await?.expect(0)?;
        job.wait_for_lines(10).await?;
        let before = self.workspace.attribute("flink_job.own", "job_id").await?;

        self.workspace.configure(&described("2").await?)?;
        let all = self.role(APPLY).await?;
        for (verb, right) in [("get", "get pods"), ("patch", "patch pods")] {
            let mut fewer = all.clone();
            assert!(fewer.remove(&access(right)), "{right}");
            self.allow(APPLY, &fewer).await?;
            let refused = self.workspace.apply().await?.expect(1)?;
            refused.said(&format!("not allowed to {verb} pods"))?;
            let now = self.workspace.attribute("flink_job.own", "job_id").await?;
            assert_eq!(now, before, "{right}");
        }
        self.allow(APPLY, &all).await?;
        let run = self.workspace.apply().await?.expect(0)?;
        assert!(!run.output.contains("could not be told beforehand"), "{}", run.output);
        job.wait_for_lines(10).await?;
        self.workspace.destroy().await?.expect(0)?;
        job.prove().await
    }

    /// Why pods do not come up is read from events and logs.
    async fn does_not_come_up(&self) -> Outcome {
        let crashing = "  job_manager = {\n    cpu = 0.1\n    env = { JVM_ARGS = \"-javaagent:/nowhere/agent.jar\" }\n  }\n  task_manager = { cpu = 0.1 }";
        let huge = "  job_manager  = { cpu = 1000 }\n  task_manager = { cpu = 0.1 }";
        let both =
            format!("{}{}", self.described("crashing", crashing), self.described("huge", huge));
        self.workspace.configure(&both)?;
        let refused = self.workspace.apply().await?.expect(1)?;
        refused.said("/nowhere/agent.jar")?.said("no node takes it")?;
        self.workspace.destroy().await?.expect(0)?;
        Ok(())
    }
}

/// Each right that is taken away is named by who misses it, and nothing is half made.
#[tokio::test]
async fn who_misses_a_right_is_told_which_and_nothing_is_made() -> Outcome {
    let Some(it) = Setting::new("refused").await? else { return Ok(()) };
    let workspace = &it.workspace;
    it.act_as(APPLY, "service_proxy")?;
    let storage = it.namespace.shared_folder().display().to_string();
    let more = format!(
        "  service_account   = {{ create = true }}\n  high_availability = {{ type = \"kubernetes\", storage_dir = \"file://{storage}\" }}"
    );
    workspace.configure(&it.described("it", &more))?;
    let all = it.role(APPLY).await?;
    for told in [
        "patch deployments.apps",
        "create deployments.apps",
        "list deployments.apps",
        "get services",
        "create services",
        "create roles.rbac.authorization.k8s.io",
    ] {
        let mut fewer = all.clone();
        assert!(fewer.remove(&access(told)), "{told}");
        it.allow(APPLY, &fewer).await?;
        let Access { resource, verb, .. } = access(told);
        let refused = workspace.apply().await?.expect(1)?;
        refused.said(&format!("not allowed to {verb} {resource}"))?.said(&format!(
            "Give the account a Role in this namespace with verb {verb:?} on {resource:?}"
        ))?;
    }
    let mut fewer = all.clone();
    fewer.remove(&access("watch configmaps"));
    it.allow(APPLY, &fewer).await?;
    let refused = workspace.apply().await?.expect(1)?;
    refused
        .said("is attempting to grant RBAC permissions not currently held")?
        .said("[\"watch\"]")?;
    let made = it.namespace.run(&[
        "get",
        "all,configmaps,serviceaccounts,roles",
        "-l",
        "flink.terraform-provider/cluster",
        "-o",
        "name",
    ]);
    assert_eq!(made.await?, "");
    assert!(workspace.attributes("flink_cluster.it").await?.is_null());
    Ok(())
}
