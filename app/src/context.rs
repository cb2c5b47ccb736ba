//! The values that every component of a page finds in its Leptos context.

use leptos::prelude::*;

use crate::{
    page_state::PageState,
    request::{PageData, SubmittedForm},
};

/// Provides the initial data of a page to all its components.
pub(crate) fn provide_page(data: PageData) {
    provide_context(data.lang);
    provide_context(RefusedForm(RwSignal::new(data.submitted.clone())));
    provide_context(PageState::new(data.user.as_ref(), data.confirmation.clone()));
    provide_context(PageDataOf(StoredValue::new(data)));
}

/// The initial data of the page.
#[derive(Clone, Copy)]
struct PageDataOf(StoredValue<PageData>);

/// The initial data of the page that is being rendered; the default outside a page.
pub(crate) fn use_page_data() -> PageData {
    use_context::<PageDataOf>().map(|data| data.0.get_value()).unwrap_or_default()
}

/// A form that was submitted without JavaScript and is shown again, with its refusal, on the page in the response.
#[derive(Clone, Copy)]
pub(crate) struct RefusedForm(RwSignal<Option<SubmittedForm>>);

impl RefusedForm {
    /// The submitted form, if it satisfies a condition. The caller must show its refusal: this call marks it as shown,
    /// and otherwise the server replaces the page by one that shows nothing but the refusal.
    pub(crate) fn take_if(&self, is_this: impl FnOnce(&SubmittedForm) -> bool) -> Option<SubmittedForm> {
        let found = self.peek_if(is_this);
        #[cfg(feature = "ssr")]
        if let (Some(_), Some(request)) = (&found, use_context::<crate::request::RequestContext>()) {
            request.refusal_shown.store(true, std::sync::atomic::Ordering::Relaxed);
        }
        found
    }

    /// The submitted form, if it satisfies a condition, for a caller that does not show its refusal.
    pub(crate) fn peek_if(&self, is_this: impl FnOnce(&SubmittedForm) -> bool) -> Option<SubmittedForm> {
        self.0.get_untracked().filter(is_this)
    }
}

/// The form that was submitted, if the page is rendered in response to one.
pub(crate) fn use_refused_form() -> Option<RefusedForm> {
    use_context::<RefusedForm>()
}
