//! What a schema may say of types.

use crate::value::Type;

/// Whether some part of the type is left open.
pub(super) fn has_dynamic(of: &Type) -> bool {
    match of {
        Type::Dynamic => true,
        Type::String | Type::Number | Type::Bool => false,
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_dynamic(element),
        Type::Tuple(types) => types.iter().any(has_dynamic),
        Type::Object(attributes) => attributes.values().any(has_dynamic),
    }
}

/// Whether an identity can hold values of the type.
pub(super) fn fits_identity(of: &Type) -> bool {
    match of {
        Type::String | Type::Number | Type::Bool => true,
        Type::List(element) => !matches!(**element, Type::List(_)) && fits_identity(element),
        Type::Dynamic | Type::Set(_) | Type::Map(_) | Type::Tuple(_) | Type::Object(_) => false,
    }
}
