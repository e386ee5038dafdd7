//! How the model is asked and told: as a cluster's world, and as a job's.

use std::time::Duration;

use super::{Kube, Universe, is_ours};
use crate::{
    cluster::{
        observed::{Answer, Question},
        step::{Effect, Step},
        world::{World, WorldError},
    },
    job::{
        self,
        model::{Death, Flink},
        observed::Question as JobQuestion,
    },
};

impl World for Universe {
    async fn ask(&self, question: &Question) -> Result<Answer, WorldError> {
        match question {
            Question::Job(question) => Ok(Answer::Job(job::World::ask(self, question).await?)),
            Question::Scout(question) => {
                let is_ready = self.kube(|kube, _| kube.has_scout());
                if !is_ready {
                    return Ok(Answer::Scout(Err("503".to_owned())));
                }
                let answer = job::World::ask(&self.flink, question).await;
                Ok(Answer::Scout(answer.map_err(|error| error.to_string())))
            }
            Question::Journals => {
                let journals = self.flink.with(|flink| flink.journals.clone().unwrap_or_default());
                Ok(Answer::Journals(journals.into_values().collect()))
            }
            Question::Objects(_)
            | Question::Workloads(_)
            | Question::DryRun(_)
            | Question::Pods
            | Question::Overview
            | Question::Events { .. }
            | Question::Log { .. }
            | Question::HighAvailabilityData => {
                tokio::time::sleep(Duration::from_millis(2)).await;
                if self.kube(|kube, _| kube.is_silent()) {
                    return Err(WorldError::Unreachable { reason: "refused".to_owned() });
                }
                Ok(self.kube(|kube, _| kube.answer(question)))
            }
        }
    }

    async fn perform(&self, step: &Step) -> Result<Effect, WorldError> {
        if let Step::Job(step) = step {
            return Ok(Effect::Job(job::World::perform(self, step).await?));
        }
        let number = self.flink.with(|flink| {
            flink.effects += 1;
            flink.effects
        });
        let death = *self.flink.death.lock().expect("no test panics with the lock");
        if death == Some(Death::Before(number)) {
            self.flink.die().await;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
        let mut effect = self.kube(|kube, flink| kube.perform(flink, step));
        if self.flink.twice {
            effect = self.kube(|kube, flink| kube.perform(flink, step));
        }
        if matches!(death, Some(Death::After(at) | Death::Amid(at)) if at == number) {
            self.flink.die().await;
        }
        Ok(effect)
    }
}

impl Kube {
    fn perform(&mut self, flink: &mut Flink, step: &Step) -> Effect {
        match step {
            Step::Apply(apply) => self.apply(apply),
            Step::TakeOver(_) => unreachable!("nobody else says anything here"),
            Step::Delete { id, uid } => self.delete(id, uid),
            Step::DeletePod { name, uid: _ } => {
                self.end(flink, |pod| pod.name == *name);
                Effect::Done
            }
            Step::Job(_) => unreachable!("Flink's model performs"),
        }
    }
}

/// A job's world: nobody answers while no JobManager is ready.
impl job::World for Universe {
    async fn ask(&self, question: &JobQuestion) -> Result<job::observed::Answer, job::WorldError> {
        if matches!(question, JobQuestion::Journal(_)) || self.answers() {
            return self.flink.ask(question).await;
        }
        let is_gone =
            self.kube(|kube, _| kube.pods.is_empty() && !kube.objects.values().any(is_ours));
        if is_gone && *question == JobQuestion::Jobs {
            return Ok(job::observed::Answer::Jobs(Vec::new()));
        }
        if is_gone && *question == JobQuestion::Cluster {
            return Ok(job::observed::Answer::Cluster(Flink::cluster()));
        }
        Err(job::WorldError::Unreachable { reason: "503".to_owned() })
    }

    async fn perform(&self, step: &job::step::Step) -> Result<job::step::Effect, job::WorldError> {
        let is_note = matches!(step, job::step::Step::Note(_) | job::step::Step::EraseNote(_));
        if is_note || self.answers() {
            return self.flink.perform(step).await;
        }
        Err(job::WorldError::Unreachable { reason: "503".to_owned() })
    }
}
