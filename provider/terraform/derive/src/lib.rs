use proc_macro::TokenStream;
/// x
#[proc_macro_derive(Model, attributes(attr, model))]
pub fn model(_: TokenStream) -> TokenStream {
    TokenStream::new()
}
