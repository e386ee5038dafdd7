//! Flink's REST API as raw JSON: what a person with curl would see, independent of the provider's
//! own client.

use crate::failure::{Failure, Outcome};
use crate::kubernetes::Kubeconfig;
use crate::poll;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Certificate, Client, Method};
use rustls::crypto::aws_lc_rs;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

const LIMIT: Duration = Duration::from_mins(1);

/// A job as `/jobs/overview` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Flink's id.
    pub id: String,
    /// Flink's name.
    pub name: String,
    /// Flink's state, such as `RUNNING`.
    pub state: String,
    /// How many tasks it has.
    pub tasks: u64,
    /// Whether every task of it runs or has finished.
    pub all_tasks_run: bool,
}

/// Asks one JobManager.
#[derive(Clone, Debug)]
pub struct Rest {
    client: Client,
    url: String,
}

impl Rest {
    pub(super) fn new(url: String) -> Outcome<Self> {
        // Fails when another test has already set it, which is as good.
        let _ = aws_lc_rs::default_provider().install_default();
        let client = Client::builder().no_proxy().timeout(LIMIT).build()?;
        Ok(Self { client, url })
    }

    /// The JobManager behind a Service, by the API server's proxy, as the user of a kubeconfig that
    /// holds a token.
    pub fn through(kubeconfig: &Kubeconfig, namespace: &str, service: &str) -> Outcome<Self> {
        let _ = aws_lc_rs::default_provider().install_default();
        let server = kubeconfig.server()?;
        let url = format!("{server}/api/v1/namespaces/{namespace}/services/{service}:8081/proxy");
        let token = kubeconfig.user()["token"].as_str().unwrap_or_default();
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Bearer {token}").parse()?);
        let authority = Certificate::from_pem(kubeconfig.authority()?.as_bytes())?;
        let client = Client::builder().no_proxy().timeout(LIMIT).default_headers(headers);
        Ok(Self { client: client.tls_certs_only([authority]).build()?, url })
    }

    /// GET; anything but 2xx is a failure with the answer's text.
    pub async fn get(&self, path: &str) -> Outcome<Value> {
        self.send(Method::GET, path, None).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        self.send(Method::POST, path, Some(body)).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: &Value) -> Outcome<Value> {
        self.send(Method::PUT, path, Some(body)).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Outcome<Value> {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status();
        let text = response.text().await?;
        if !status.is_success() {
            return Err(Failure::new(format!("{path} answered {status}: {text}")));
        }
        Ok(serde_json::from_str(&text)?)
    }

    /// `/overview`.
    pub async fn overview(&self) -> Outcome<Value> {
        self.get("/overview").await
    }

    /// All jobs that the JobManager remembers.
    pub async fn jobs(&self) -> Outcome<Vec<Job>> {
        let overview = self.get("/jobs/overview").await?;
        let jobs =
            overview["jobs"].as_array().ok_or_else(|| Failure::new("no jobs in the overview"))?;
        Ok(jobs.iter().map(job).collect())
    }

    /// The jobs of that name that have not ended.
    pub async fn live(&self, name: &str) -> Outcome<Vec<Job>> {
        let mut jobs = self.jobs().await?;
        jobs.retain(|job| job.name == name && !ENDED.contains(&job.state.as_str()));
        Ok(jobs)
    }

    /// Waits until exactly one job of that name lives and all its tasks run.
    pub async fn wait_until_running(&self, name: &str) -> Outcome<Job> {
        poll::until(&format!("job {name} runs"), LIMIT, async || {
            let jobs = self.live(name).await.ok()?;
            jobs.into_iter().find(|job| job.state == "RUNNING" && job.all_tasks_run)
        })
        .await
    }

    /// Waits until the job with that id is in `state`.
    pub async fn wait_for_state(&self, id: &str, state: &str) -> Outcome {
        poll::until(&format!("job {id} is {state}"), LIMIT, async || {
            let status = self.get(&format!("/jobs/{id}/status")).await.ok()?;
            (status["status"] == state).then_some(())
        })
        .await
    }

    /// Waits until the job has completed `more` checkpoints.
    pub async fn wait_for_checkpoints(&self, id: &str, more: u64) -> Outcome {
        let path = format!("/jobs/{id}/checkpoints");
        let completed = async || self.get(&path).await.ok()?["counts"]["completed"].as_u64();
        let before = completed().await.unwrap_or(0);
        poll::until(&format!("{more} checkpoints of job {id}"), LIMIT, async || {
            (completed().await? >= before + more).then_some(())
        })
        .await
    }

    /// Cancels a job behind Terraform's back and waits until it is gone.
    pub async fn cancel(&self, id: &str) -> Outcome {
        let path = format!("{}/jobs/{id}?mode=cancel", self.url);
        self.client.patch(path).send().await?.error_for_status()?;
        self.wait_for_state(id, "CANCELED").await
    }

    /// Uploads a jar; gives the id that `/jars` knows it by.
    pub async fn upload(&self, jar: &Path) -> Outcome<String> {
        let bytes = std::fs::read(jar)?;
        let name =
            jar.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name);
        let form = reqwest::multipart::Form::new().part("jarfile", part);
        let sent = self.client.post(format!("{}/jars/upload", self.url)).multipart(form).send();
        let answer: Value = serde_json::from_str(&sent.await?.error_for_status()?.text().await?)?;
        let path = answer["filename"].as_str().unwrap_or_default();
        Ok(path.rsplit('/').next().unwrap_or_default().to_owned())
    }

    /// Starts a program behind Terraform's back, with parallelism 2 and from `savepoint` if it is not
    /// empty; gives the job's id. (Without a parallelism in the request Flink takes 1, whatever the
    /// cluster's default says.)
    pub async fn run(&self, jar: &Path, arguments: &[String], savepoint: &str) -> Outcome<String> {
        let uploaded = self.upload(jar).await?;
        let mut body = json!({ "programArgsList": arguments, "parallelism": 2 });
        if !savepoint.is_empty() {
            body["savepointPath"] = json!(savepoint);
        }
        let answer = self.post(&format!("/jars/{uploaded}/run"), &body).await?;
        Ok(answer["jobid"].as_str().unwrap_or_default().to_owned())
    }
}

const ENDED: [&str; 3] = ["FINISHED", "CANCELED", "FAILED"];

fn job(entry: &Value) -> Job {
    let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let tasks = |state: &str| entry["tasks"][state].as_u64().unwrap_or(0);
    let total = tasks("total");
    Job {
        id: text("jid"),
        name: text("name"),
        state: text("state"),
        tasks: total,
        all_tasks_run: total > 0 && tasks("running") + tasks("finished") == total,
    }
}
