//! The life of an object under a client that keeps less: null for an empty collection, sets in any
//! order, no plan and no hidden state for a destroy, and no state of an apply that failed.

use proto::tfplugin6::provider_server::Provider;

use crate::value::{Value, means_same};

use super::{
    client::{Client, Object, Step},
    rule::Rule,
    shape::member,
    spelling::{Emptiness, respelt, reversed_sets},
    terraform::differing,
};

impl<S: Provider> Client<'_, S> {
    /// Create, update and destroy, each as if the first answer had been lost.
    pub(super) async fn pulumi_life(&mut self, configs: &[Value]) -> Step<()> {
        let mut object: Option<Object> = None;
        for config in configs {
            let spelt = respelt(&self.parts, config, Emptiness::Null);
            let now = match object {
                None => self.creates_twice(&spelt).await?,
                Some(prior) => self.updates_twice(prior, &spelt).await?,
            };
            self.takes_null_for_empty(&now, config).await?;
            self.takes_sets_in_any_order(&now, &spelt).await?;
            object = Some(now);
        }
        let Some(object) = object else { return Ok(()) };
        self.destroys_alone(&object).await
    }

    async fn destroys_alone(&mut self, object: &Object) -> Step<()> {
        let before = self.found.len();
        let done = self.apply_destroy(object, Vec::new()).await;
        self.relabel(before, Rule::DestroyAlone);
        done
    }

    async fn creates_twice(&mut self, config: &Value) -> Step<Object> {
        let plan = self.plan(None, config).await?;
        let lost = self.apply(&plan).await?;
        let before = self.found.len();
        let again = self.planned_and_applied(None, config).await;
        self.relabel(before, Rule::CreateAgain);
        let again = again?;
        let (one, two) = (member(&lost.state, "id"), member(&again.state, "id"));
        if one != two {
            self.broke(Rule::CreateAgain, format!("a second object: {one:?} and {two:?}"));
        }
        Ok(again)
    }

    async fn updates_twice(&mut self, prior: Object, config: &Value) -> Step<Object> {
        let plan = self.plan(Some(&prior), config).await?;
        if plan.is_empty(self) {
            return Ok(prior);
        }
        if plan.replaces {
            self.destroys_alone(&prior).await?;
            return self.creates_twice(config).await;
        }
        self.apply(&plan).await?;
        let before = self.found.len();
        let again = self.planned_and_applied(Some(&prior), config).await;
        self.relabel(before, Rule::UpdateAgain);
        again
    }

    async fn planned_and_applied(
        &mut self,
        prior: Option<&Object>,
        config: &Value,
    ) -> Step<Object> {
        let plan = self.plan(prior, config).await?;
        self.apply(&plan).await
    }

    async fn takes_null_for_empty(&mut self, object: &Object, config: &Value) -> Step<()> {
        for (recorded, configured) in
            [(Emptiness::Null, Emptiness::Empty), (Emptiness::Empty, Emptiness::Null)]
        {
            let state = respelt(&self.parts, &object.state, recorded);
            let prior = Object { state, ..object.clone() };
            let config = self.respelt_where_configured(config, configured);
            self.plans_no_change(Rule::NullIsEmpty, &prior, &config).await?;
        }
        Ok(())
    }

    /// A computed collection that is not configured is not there to be spelt.
    fn respelt_where_configured(&self, config: &Value, emptiness: Emptiness) -> Value {
        let spelt = respelt(&self.parts, config, emptiness);
        let (Value::Mapping(spelt), Value::Mapping(config)) = (spelt, config) else {
            return config.clone();
        };
        let computed = |name: &str| {
            self.parts.iter().any(|part| part.name == name && (part.computed || part.required))
        };
        let each = spelt.into_iter().map(|(name, value)| {
            let kept = if computed(&name) { member_of(config, &name) } else { value };
            (name, kept)
        });
        Value::Mapping(each.collect())
    }

    async fn takes_sets_in_any_order(&mut self, object: &Object, config: &Value) -> Step<()> {
        let config = reversed_sets(&self.parts, config);
        self.plans_no_change(Rule::SetOrder, object, &config).await
    }

    async fn plans_no_change(&mut self, rule: Rule, prior: &Object, config: &Value) -> Step<()> {
        let plan = self.plan(Some(prior), config).await?;
        if plan.replaces || !means_same(&prior.state, &plan.state, &self.of) {
            let planned = Object { state: plan.state, ..prior.clone() };
            let detail = differing(self, prior, &planned);
            self.broke(rule, format!("{detail:?}"));
        }
        Ok(())
    }

    /// An error in a step that only these clients take breaks the rule of that step.
    fn relabel(&mut self, from: usize, rule: Rule) {
        for violation in self.found.iter_mut().skip(from) {
            if violation.rule == Rule::NoError {
                violation.rule = rule;
            }
        }
    }
}

fn member_of(members: &std::collections::BTreeMap<String, Value>, name: &str) -> Value {
    members.get(name).cloned().unwrap_or(Value::Null)
}
