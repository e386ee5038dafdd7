use std::sync::atomic::{AtomicUsize, Ordering};

use lifecycle::flink::transport::{Answer, Call, Exchange, Transport};
use tokio::time::advance;

use super::*;

/// A JobManager without jobs; counts how often it is asked for all of them.
#[derive(Debug, Default)]
struct Idle(AtomicUsize);

impl Idle {
    fn asked(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Transport for Idle {
    fn exchange<'a>(&'a self, call: &'a Call) -> Exchange<'a> {
        if call.path.starts_with("/jobs/overview") {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
        let body = r#"{"jobs": []}"#.into();
        Box::pin(async { Ok(Answer { status: hyper::StatusCode::OK, location: None, body }) })
    }
}

/// A refresh asks once, whatever the number of its jobs; the next one asks anew, as does whoever has
/// changed something.
#[tokio::test(start_paused = true)]
async fn all_jobs_of_a_refresh_share_a_look_and_the_next_refresh_has_its_own() {
    let idle = Arc::new(Idle::default());
    let patience = Endpoint::anywhere().patience;
    let client = Client::over("flink/orders".to_owned(), Arc::clone(&idle) as _, patience);
    let job_manager = JobManager::over(client, Rest::new);
    for _ in 0..50 {
        advance(Duration::from_secs(1)).await;
        job_manager.snapshot().await.expect("an answer");
        job_manager.glance().await;
    }
    assert_eq!(idle.asked(), 1);
    advance(Duration::from_secs(30)).await;
    job_manager.snapshot().await.expect("an answer");
    assert_eq!(idle.asked(), 2, "half a minute later");
    job_manager.forget_jobs().await;
    job_manager.snapshot().await.expect("an answer");
    assert_eq!(idle.asked(), 3, "after a change");
}
