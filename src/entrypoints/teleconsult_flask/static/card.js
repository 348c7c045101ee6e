// The card network's own fields: the number is typed into frames of theirs and never comes here.
// What the form sends is a name for the card.

const place = document.getElementById("card-fields");
const form = place.closest("form");
const button = form.querySelector("button");
const trouble = document.getElementById("card-trouble");
const ink = getComputedStyle(document.body);
const stripe = Stripe(place.dataset.key, { locale: document.documentElement.lang });
const card = stripe.elements().create("card", {
  hidePostalCode: true,
  style: { base: { color: ink.color, fontFamily: ink.fontFamily, fontSize: ink.fontSize } },
});

card.mount(place);

function tell(words) {
  trouble.textContent = words;
  trouble.hidden = !words;
}

form.addEventListener("submit", async (event) => {
  if (!form.elements.agreed.checked) return; // the page says what is missing
  event.preventDefault();
  button.disabled = true;
  tell("");
  const { paymentMethod, error } = await stripe.createPaymentMethod({ type: "card", card });
  if (error) {
    tell(error.message);
    button.disabled = false;
    return;
  }
  form.elements.card.value = paymentMethod.id;
  form.submit();
});
