//! What a model's author reads when a struct is not a model: the error points at the field.

#[test]
fn errors_point_at_the_field() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
