//! Any type, and any value of it, for tests of what must hold of all.

use proptest::{collection, prelude::*};

use crate::value::{Number, Refinement, Type, Value, push_distinct};

/// Whether values may be unknown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Knowledge {
    /// Parts may be unknown, with what is known of them.
    Partial,
    /// Everything is known.
    Whole,
}

/// A type and a value of it.
pub(crate) fn typed_value(knowledge: Knowledge) -> impl Strategy<Value = (Type, Value)> {
    any_type().prop_flat_map(move |of| {
        let value = value_of(&of, knowledge);
        (Just(of), value)
    })
}

fn any_type() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![Just(Type::Dynamic), concrete_leaf()];
    leaf.prop_recursive(3, 16, 3, |inner| collections(inner).boxed())
}

/// A type that a value of an open type may carry.
fn concrete_type() -> impl Strategy<Value = Type> {
    concrete_leaf().prop_recursive(2, 8, 3, |inner| collections(inner).boxed())
}

fn concrete_leaf() -> impl Strategy<Value = Type> {
    prop_oneof![Just(Type::String), Just(Type::Number), Just(Type::Bool)]
}

fn collections(inner: impl Strategy<Value = Type> + Clone) -> impl Strategy<Value = Type> {
    prop_oneof![
        inner.clone().prop_map(|of| Type::List(Box::new(of))),
        inner.clone().prop_map(|of| Type::Set(Box::new(of))),
        inner.clone().prop_map(|of| Type::Map(Box::new(of))),
        collection::vec(inner.clone(), 0..3).prop_map(Type::Tuple),
        collection::btree_map("[a-z_]{1,8}", inner, 0..4).prop_map(Type::Object),
    ]
}

fn value_of(of: &Type, knowledge: Knowledge) -> BoxedStrategy<Value> {
    let known = known_value(of, knowledge);
    match knowledge {
        Knowledge::Whole => prop_oneof![1 => Just(Value::Null), 6 => known].boxed(),
        Knowledge::Partial => {
            let unknown = refinement_of(of).prop_map(Value::Unknown);
            prop_oneof![1 => Just(Value::Null), 1 => unknown, 6 => known].boxed()
        }
    }
}

fn known_value(of: &Type, knowledge: Knowledge) -> BoxedStrategy<Value> {
    match of {
        Type::String => any::<String>().prop_map(Value::String).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => any_number().prop_map(Value::Number).boxed(),
        Type::List(of) => {
            collection::vec(value_of(of, knowledge), 0..4).prop_map(Value::Sequence).boxed()
        }
        Type::Set(of) => {
            let element = (**of).clone();
            let distinct = move |elements: Vec<Value>| {
                let mut set = Vec::new();
                for it in elements {
                    push_distinct(&element)(&mut set, it);
                }
                Value::Sequence(set)
            };
            collection::vec(value_of(of, knowledge), 0..4).prop_map(distinct).boxed()
        }
        Type::Map(of) => collection::btree_map(any::<String>(), value_of(of, knowledge), 0..4)
            .prop_map(Value::Mapping)
            .boxed(),
        Type::Tuple(types) => {
            let elements: Vec<_> = types.iter().map(|of| value_of(of, knowledge)).collect();
            elements.prop_map(Value::Sequence).boxed()
        }
        Type::Object(types) => {
            let member =
                |(name, of): (&String, &Type)| (Just(name.clone()), value_of(of, knowledge));
            let members: Vec<_> = types.iter().map(member).collect();
            members.prop_map(|members| Value::Mapping(members.into_iter().collect())).boxed()
        }
        Type::Dynamic => concrete_type()
            .prop_flat_map(move |of| {
                let value = value_of(&of, knowledge);
                (Just(of), value).prop_map(|typed| Value::Dynamic(Box::new(typed)))
            })
            .boxed(),
    }
}

pub(crate) fn any_number() -> impl Strategy<Value = Number> {
    let parse = |text: String| Number::parse(&text).expect("the text is a number");
    prop_oneof![
        any::<i64>().prop_map(Number::Integer),
        any::<f64>().prop_filter("not a number", |it| it.is_finite()).prop_map(Number::Float),
        "-?[0-9]{1,40}(\\.[0-9]{1,40})?".prop_map(parse),
        "-?[0-9]{1,5}(\\.[0-9]{1,5})?e-?[0-9]{1,3}".prop_map(parse),
    ]
}

fn refinement_of(of: &Type) -> BoxedStrategy<Refinement> {
    let null = proptest::option::of(any::<bool>());
    let plain = null.prop_map(|null| Refinement { null, ..Refinement::default() });
    match of {
        Type::Dynamic => Just(Refinement::default()).boxed(),
        Type::String => (plain, proptest::option::of(".{0,40}"))
            .prop_map(|(known, prefix)| Refinement { prefix, ..known })
            .boxed(),
        Type::Number => {
            let bound = || proptest::option::of((any_number(), any::<bool>()));
            let with =
                |(known, number_min, number_max)| Refinement { number_min, number_max, ..known };
            let fits = |known: &Refinement| digits(known) < 300;
            (plain, bound(), bound()).prop_map(with).prop_filter("too many digits", fits).boxed()
        }
        Type::List(_) | Type::Set(_) | Type::Map(_) => {
            let length = || proptest::option::of(0_i64..9);
            (plain, length(), length())
                .prop_map(|(known, length_min, length_max)| Refinement {
                    length_min,
                    length_max,
                    ..known
                })
                .boxed()
        }
        Type::Bool | Type::Tuple(_) | Type::Object(_) => plain.boxed(),
    }
}

/// How many bytes the bounds take; an unknown value may not say more than 1024.
fn digits(known: &Refinement) -> usize {
    let bounds = [&known.number_min, &known.number_max];
    let numbers = bounds.into_iter().flatten().filter_map(|(number, _)| number.to_decimal());
    numbers.map(|decimal| decimal.plain().len()).sum()
}
