//! One block made of two models: what several blocks share, and what is one block's own.

use std::collections::BTreeMap;

use crate::{
    diagnostics::Diagnostic,
    model::{Column, Fields, Model},
    path::Path,
    schema::Attribute,
    value::Value,
};

/// Two models side by side in one block: `shared` may stand in other blocks, too.
///
/// No attribute has the same name in both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined<S, O> {
    /// What other blocks have as well.
    pub shared: S,
    /// What this block alone has.
    pub own: O,
}

impl<S: Model, O: Model> Model for Joined<S, O> {
    /// The fields belong to the two models; there is none besides.
    fn fields() -> Fields<Self> {
        let null = || Self { shared: (S::fields().null)(), own: (O::fields().null)() };
        let columns: &'static [Column<Self>] = &[];
        Fields { null, columns }
    }

    fn attributes() -> Vec<Attribute> {
        S::attributes().into_iter().chain(O::attributes()).collect()
    }

    fn decode(value: &Value, path: &Path) -> Result<Self, Box<Diagnostic>> {
        Ok(Self { shared: S::decode(value, path)?, own: O::decode(value, path)? })
    }

    fn encode(&self) -> Value {
        let members = [self.shared.encode(), self.own.encode()].into_iter().filter_map(|value| {
            let Value::Mapping(members) = value else { return None };
            Some(members)
        });
        Value::Mapping(members.flatten().collect::<BTreeMap<_, _>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Attr;

    /// What is shared.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
    struct Shared {
        /// A name.
        #[attr(required)]
        name: Attr<String>,
    }

    /// What is not.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
    struct Own {
        /// An id.
        #[attr(computed)]
        id: Attr<String>,
    }

    #[test]
    fn both_models_are_one_object() {
        let names: Vec<_> =
            Joined::<Shared, Own>::attributes().iter().map(|attribute| attribute.name).collect();
        assert_eq!(names, ["name", "id"]);
        let known = |text: &str| Attr::Known(text.to_owned());
        let joined = Joined { shared: Shared { name: known("a") }, own: Own { id: Attr::Unknown } };
        let encoded = joined.encode();
        assert_eq!(Joined::<Shared, Own>::decode(&encoded, &Path::root()), Ok(joined));
        assert_eq!(encoded.member("name"), &Value::from("a"));
        let null = Joined::<Shared, Own>::decode(&Value::Null, &Path::root());
        assert_eq!(null, Ok(Joined::default()));
    }
}
