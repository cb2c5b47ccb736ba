//! What every part of a page finds in its context.

use leptos::prelude::*;

use crate::{
    page_state::PageState,
    request::{PageData, SubmittedForm},
};

/// Gives every part of a page what the page starts with.
pub(crate) fn provide_page(data: PageData) {
    provide_context(data.lang);
    provide_context(RefusedForm(RwSignal::new(data.submitted.clone())));
    provide_context(PageState::new(data.user.as_ref(), data.confirmation.clone()));
    provide_context(PageDataOf(StoredValue::new(data)));
}

/// What the page started with.
#[derive(Clone, Copy)]
struct PageDataOf(StoredValue<PageData>);

/// What the page being drawn started with.
pub(crate) fn use_page_data() -> PageData {
    use_context::<PageDataOf>().map(|data| data.0.get_value()).unwrap_or_default()
}

/// A form that was submitted without JavaScript and is shown again on the page that is drawn in response.
#[derive(Clone, Copy)]
pub(crate) struct RefusedForm(RwSignal<Option<SubmittedForm>>);

impl RefusedForm {
    /// The submitted form when a condition holds for it. The page then shows its refusal.
    pub(crate) fn take_if(&self, is_this: impl FnOnce(&SubmittedForm) -> bool) -> Option<SubmittedForm> {
        let found = self.peek_if(is_this);
        #[cfg(feature = "ssr")]
        if let (Some(_), Some(request)) = (&found, use_context::<crate::request::RequestContext>()) {
            request.refusal_shown.store(true, std::sync::atomic::Ordering::Relaxed);
        }
        found
    }

    /// The submitted form when a condition holds for it, for whoever does not show its refusal.
    pub(crate) fn peek_if(&self, is_this: impl FnOnce(&SubmittedForm) -> bool) -> Option<SubmittedForm> {
        self.0.get_untracked().filter(is_this)
    }
}

/// The form that was submitted, if the page is drawn in response to one.
pub(crate) fn use_refused_form() -> Option<RefusedForm> {
    use_context::<RefusedForm>()
}
