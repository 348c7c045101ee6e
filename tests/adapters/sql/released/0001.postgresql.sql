BEGIN;

CREATE TABLE teleconsult_version (
    version_num VARCHAR(32) NOT NULL, 
    CONSTRAINT teleconsult_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 0001

CREATE TABLE appointments (
    id TEXT NOT NULL, 
    state TEXT NOT NULL CONSTRAINT state_known CHECK (state IN ('reserved', 'awaiting-confirmation', 'confirmed', 'completed', 'no-show', 'cancelled', 'lapsed')), 
    practitioner TEXT NOT NULL, 
    patient TEXT NOT NULL, 
    visit_type TEXT NOT NULL, 
    mode TEXT NOT NULL CONSTRAINT mode_known CHECK (mode IN ('video', 'in-person')), 
    starts TIMESTAMP WITH TIME ZONE NOT NULL, 
    ends TIMESTAMP WITH TIME ZONE NOT NULL, 
    blocks_until TIMESTAMP WITH TIME ZONE NOT NULL, 
    fee_minor BIGINT NOT NULL, 
    fee_currency TEXT NOT NULL, 
    card_required BOOLEAN NOT NULL, 
    origin TEXT NOT NULL CONSTRAINT origin_known CHECK (origin IN ('patient', 'practitioner', 'waiting-list')), 
    booked_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    sequence BIGINT NOT NULL, 
    deadline TIMESTAMP WITH TIME ZONE, 
    confirmed_at TIMESTAMP WITH TIME ZONE, 
    completed_at TIMESTAMP WITH TIME ZONE, 
    decided_at TIMESTAMP WITH TIME ZONE, 
    decided_by TEXT, 
    cancelled_at TIMESTAMP WITH TIME ZONE, 
    cancelled_by TEXT CONSTRAINT cancelled_by_known CHECK (cancelled_by IN ('patient', 'practitioner', 'support', 'operator', 'system')), 
    absent BOOLEAN, 
    lapsed_at TIMESTAMP WITH TIME ZONE, 
    amount_minor BIGINT, 
    amount_currency TEXT, 
    PRIMARY KEY (id), 
    CONSTRAINT reserved_columns CHECK (state <> 'reserved' OR (absent IS NULL AND amount_currency IS NULL AND amount_minor IS NULL AND cancelled_at IS NULL AND cancelled_by IS NULL AND completed_at IS NULL AND confirmed_at IS NULL AND deadline IS NOT NULL AND decided_at IS NULL AND decided_by IS NULL AND lapsed_at IS NULL)), 
    CONSTRAINT awaiting_confirmation_columns CHECK (state <> 'awaiting-confirmation' OR (absent IS NULL AND amount_currency IS NULL AND amount_minor IS NULL AND cancelled_at IS NULL AND cancelled_by IS NULL AND completed_at IS NULL AND confirmed_at IS NULL AND deadline IS NOT NULL AND decided_at IS NULL AND decided_by IS NULL AND lapsed_at IS NULL)), 
    CONSTRAINT confirmed_columns CHECK (state <> 'confirmed' OR (absent IS NULL AND amount_currency IS NULL AND amount_minor IS NULL AND cancelled_at IS NULL AND cancelled_by IS NULL AND completed_at IS NULL AND confirmed_at IS NOT NULL AND deadline IS NULL AND decided_at IS NULL AND decided_by IS NULL AND lapsed_at IS NULL)), 
    CONSTRAINT completed_columns CHECK (state <> 'completed' OR (absent IS NULL AND amount_currency IS NOT NULL AND amount_minor IS NOT NULL AND cancelled_at IS NULL AND cancelled_by IS NULL AND completed_at IS NOT NULL AND confirmed_at IS NULL AND deadline IS NULL AND decided_at IS NULL AND lapsed_at IS NULL)), 
    CONSTRAINT no_show_columns CHECK (state <> 'no-show' OR (absent IS NULL AND amount_currency IS NOT NULL AND amount_minor IS NOT NULL AND cancelled_at IS NULL AND cancelled_by IS NULL AND completed_at IS NULL AND confirmed_at IS NULL AND deadline IS NULL AND decided_at IS NOT NULL AND decided_by IS NOT NULL AND lapsed_at IS NULL)), 
    CONSTRAINT cancelled_columns CHECK (state <> 'cancelled' OR (absent IS NOT NULL AND amount_currency IS NOT NULL AND amount_minor IS NOT NULL AND cancelled_at IS NOT NULL AND cancelled_by IS NOT NULL AND completed_at IS NULL AND confirmed_at IS NULL AND deadline IS NULL AND decided_at IS NULL AND decided_by IS NULL AND lapsed_at IS NULL)), 
    CONSTRAINT lapsed_columns CHECK (state <> 'lapsed' OR (absent IS NULL AND amount_currency IS NULL AND amount_minor IS NULL AND cancelled_at IS NULL AND cancelled_by IS NULL AND completed_at IS NULL AND confirmed_at IS NULL AND deadline IS NULL AND decided_at IS NULL AND decided_by IS NULL AND lapsed_at IS NOT NULL))
);

CREATE INDEX appointments_deadline_some ON appointments (deadline) WHERE state IN ('reserved', 'awaiting-confirmation');

CREATE INDEX appointments_ends_some ON appointments (ends) WHERE state = 'confirmed';

CREATE INDEX appointments_patient ON appointments (patient);

CREATE INDEX appointments_practitioner_starts ON appointments (practitioner, starts);

CREATE TABLE audit (
    seq BIGSERIAL NOT NULL, 
    at TIMESTAMP WITH TIME ZONE NOT NULL, 
    role TEXT NOT NULL CONSTRAINT role_known CHECK (role IN ('patient', 'practitioner', 'support', 'operator', 'system')), 
    actor TEXT NOT NULL, 
    action TEXT NOT NULL, 
    subject TEXT NOT NULL, 
    patient TEXT, 
    detail TEXT NOT NULL, 
    PRIMARY KEY (seq)
);

CREATE INDEX audit_at ON audit (at);

CREATE INDEX audit_patient_some ON audit (patient) WHERE patient IS NOT NULL;

CREATE INDEX audit_subject ON audit (subject);

CREATE TABLE challenges (
    hash TEXT NOT NULL, 
    made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    staff TEXT, 
    PRIMARY KEY (hash)
);

CREATE INDEX challenges_made_at ON challenges (made_at);

CREATE TABLE feeds (
    id TEXT NOT NULL, 
    token_hash TEXT NOT NULL, 
    role TEXT NOT NULL CONSTRAINT role_known CHECK (role IN ('patient', 'practitioner', 'support', 'operator', 'system')), 
    owner TEXT NOT NULL, 
    generation BIGINT NOT NULL, 
    made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    revoked_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (id)
);

CREATE INDEX feeds_owner ON feeds (owner);

CREATE UNIQUE INDEX feeds_token_hash ON feeds (token_hash);

CREATE TABLE holds (
    id TEXT NOT NULL, 
    appointment TEXT NOT NULL, 
    attempt BIGINT NOT NULL, 
    amount_minor BIGINT NOT NULL, 
    amount_currency TEXT NOT NULL, 
    state TEXT NOT NULL CONSTRAINT state_known CHECK (state IN ('authorising', 'awaiting-patient', 'declined', 'held', 'lapsed', 'capturing', 'captured', 'releasing', 'released', 'partly-refunded', 'refunded', 'disputed', 'won', 'lost')), 
    placed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    ref TEXT, 
    until TIMESTAMP WITH TIME ZONE, 
    brand TEXT CONSTRAINT brand_known CHECK (brand IN ('visa', 'mastercard', 'american-express', 'other')), 
    last4 TEXT NOT NULL, 
    captured_minor BIGINT NOT NULL, 
    refunded_minor BIGINT NOT NULL, 
    reason TEXT NOT NULL, 
    account TEXT, 
    fee_minor BIGINT NOT NULL, 
    PRIMARY KEY (id)
);

CREATE INDEX holds_appointment_attempt ON holds (appointment, attempt);

CREATE UNIQUE INDEX holds_appointment_some ON holds (appointment) WHERE state IN ('capturing', 'captured', 'partly-refunded', 'refunded', 'disputed', 'won', 'lost');

CREATE INDEX holds_ref_some ON holds (ref) WHERE ref IS NOT NULL;

CREATE INDEX holds_until_some ON holds (until) WHERE state IN ('held', 'awaiting-patient');

CREATE TABLE inbox (
    news TEXT NOT NULL, 
    ref TEXT NOT NULL, 
    at TIMESTAMP WITH TIME ZONE NOT NULL, 
    taken_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (news)
);

CREATE INDEX inbox_at_some ON inbox (at) WHERE taken_at IS NULL;

CREATE TABLE ledger (
    seq BIGSERIAL NOT NULL, 
    key TEXT NOT NULL, 
    at TIMESTAMP WITH TIME ZONE NOT NULL, 
    appointment TEXT NOT NULL, 
    hold TEXT NOT NULL, 
    debit TEXT NOT NULL CONSTRAINT debit_known CHECK (debit IN ('patient-card', 'promised', 'card-network', 'platform-fee', 'disputed')), 
    credit TEXT NOT NULL CONSTRAINT credit_known CHECK (credit IN ('patient-card', 'promised', 'card-network', 'platform-fee', 'disputed')), 
    amount_minor BIGINT NOT NULL, 
    amount_currency TEXT NOT NULL, 
    PRIMARY KEY (seq)
);

CREATE INDEX ledger_appointment ON ledger (appointment);

CREATE INDEX ledger_at ON ledger (at);

CREATE UNIQUE INDEX ledger_key ON ledger (key);

CREATE TABLE operations (
    id TEXT NOT NULL, 
    verb TEXT NOT NULL CONSTRAINT verb_known CHECK (verb IN ('authorise', 'capture', 'release', 'refund')), 
    hold TEXT NOT NULL, 
    appointment TEXT NOT NULL, 
    amount_minor BIGINT NOT NULL, 
    amount_currency TEXT NOT NULL, 
    created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    card TEXT, 
    present BOOLEAN NOT NULL, 
    fee_minor BIGINT, 
    refund TEXT, 
    reason TEXT NOT NULL, 
    repeat BIGINT NOT NULL, 
    state TEXT NOT NULL CONSTRAINT state_known CHECK (state IN ('intended', 'done', 'failed', 'parked')), 
    attempts BIGINT NOT NULL, 
    not_before TIMESTAMP WITH TIME ZONE, 
    ready_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    leased_until TIMESTAMP WITH TIME ZONE, 
    settled_at TIMESTAMP WITH TIME ZONE, 
    outcome TEXT NOT NULL, 
    PRIMARY KEY (id)
);

CREATE INDEX operations_created_at_some ON operations (created_at) WHERE state = 'intended';

CREATE INDEX operations_created_at_verb_some ON operations (created_at, verb) WHERE state = 'parked';

CREATE INDEX operations_hold ON operations (hold);

CREATE INDEX operations_ready_at_some ON operations (ready_at) WHERE state = 'intended';

CREATE TABLE passkeys (
    id TEXT NOT NULL, 
    staff TEXT NOT NULL, 
    name TEXT NOT NULL, 
    public_key TEXT NOT NULL, 
    uses BIGINT NOT NULL, 
    made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    used_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (id)
);

CREATE INDEX passkeys_staff_made_at ON passkeys (staff, made_at);

CREATE TABLE patients (
    id TEXT NOT NULL, 
    name TEXT, 
    name_folded TEXT, 
    phone TEXT, 
    email TEXT, 
    email_folded TEXT, 
    language TEXT, 
    address TEXT, 
    zone TEXT, 
    erased_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (id), 
    CONSTRAINT erased_or_whole CHECK ((erased_at IS NULL AND name IS NOT NULL AND name_folded IS NOT NULL AND phone IS NOT NULL AND email IS NOT NULL AND email_folded IS NOT NULL AND language IS NOT NULL AND address IS NOT NULL AND zone IS NOT NULL) OR (erased_at IS NOT NULL AND name IS NULL AND name_folded IS NULL AND phone IS NULL AND email IS NULL AND email_folded IS NULL AND language IS NULL AND address IS NULL AND zone IS NULL))
);

CREATE INDEX patients_email ON patients (email);

CREATE INDEX patients_email_folded ON patients (email_folded);

CREATE INDEX patients_phone ON patients (phone);

CREATE TABLE payout_accounts (
    practitioner TEXT NOT NULL, 
    form BIGINT NOT NULL, 
    document TEXT NOT NULL, 
    PRIMARY KEY (practitioner)
);

CREATE TABLE practices (
    id TEXT NOT NULL, 
    form BIGINT NOT NULL, 
    document TEXT NOT NULL, 
    PRIMARY KEY (id)
);

CREATE TABLE practitioners (
    id TEXT NOT NULL, 
    form BIGINT NOT NULL, 
    document TEXT NOT NULL, 
    PRIMARY KEY (id)
);

CREATE TABLE ratings (
    appointment TEXT NOT NULL, 
    practitioner TEXT NOT NULL, 
    stars BIGINT NOT NULL, 
    words TEXT NOT NULL, 
    rated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    PRIMARY KEY (appointment)
);

CREATE INDEX ratings_practitioner ON ratings (practitioner);

CREATE TABLE receipt_series (
    issuer TEXT NOT NULL, 
    year BIGINT NOT NULL, 
    last BIGINT NOT NULL, 
    PRIMARY KEY (issuer, year)
);

CREATE TABLE receipts (
    number TEXT NOT NULL, 
    kind TEXT NOT NULL CONSTRAINT kind_known CHECK (kind IN ('receipt', 'statement', 'indemnity', 'credit-note')), 
    issuer_id TEXT NOT NULL, 
    issuer_name TEXT NOT NULL, 
    issuer_address TEXT NOT NULL, 
    issuer_number TEXT NOT NULL, 
    issuer_tax_note TEXT NOT NULL, 
    issuer_identifiers TEXT NOT NULL, 
    issuer_country TEXT NOT NULL, 
    issuer_vat_exempt BOOLEAN NOT NULL, 
    patient TEXT NOT NULL, 
    patient_name TEXT NOT NULL, 
    appointment TEXT NOT NULL, 
    hold TEXT, 
    amount_minor BIGINT NOT NULL, 
    amount_currency TEXT NOT NULL, 
    service_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    language TEXT NOT NULL, 
    cause TEXT NOT NULL, 
    corrects TEXT, 
    reason TEXT NOT NULL, 
    PRIMARY KEY (number)
);

CREATE INDEX receipts_appointment ON receipts (appointment);

CREATE UNIQUE INDEX receipts_cause ON receipts (cause);

CREATE INDEX receipts_issued_at ON receipts (issued_at);

CREATE INDEX receipts_issuer_id ON receipts (issuer_id);

CREATE INDEX receipts_patient ON receipts (patient);

CREATE TABLE schedules (
    practitioner TEXT NOT NULL, 
    form BIGINT NOT NULL, 
    document TEXT NOT NULL, 
    PRIMARY KEY (practitioner)
);

CREATE TABLE sessions (
    token_hash TEXT NOT NULL, 
    role TEXT NOT NULL CONSTRAINT role_known CHECK (role IN ('patient', 'practitioner', 'support', 'operator', 'system')), 
    actor TEXT NOT NULL, 
    email TEXT NOT NULL, 
    staff TEXT, 
    made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    last_seen TIMESTAMP WITH TIME ZONE NOT NULL, 
    PRIMARY KEY (token_hash)
);

CREATE INDEX sessions_actor ON sessions (actor);

CREATE INDEX sessions_email_some ON sessions (email) WHERE email <> '';

CREATE INDEX sessions_made_at ON sessions (made_at);

CREATE TABLE sign_in_links (
    id TEXT NOT NULL, 
    token_hash TEXT NOT NULL, 
    browser_hash TEXT NOT NULL, 
    email TEXT NOT NULL, 
    made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    used_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (id)
);

CREATE INDEX sign_in_links_email_made_at ON sign_in_links (email, made_at);

CREATE INDEX sign_in_links_made_at ON sign_in_links (made_at);

CREATE UNIQUE INDEX sign_in_links_token_hash ON sign_in_links (token_hash);

CREATE TABLE staff (
    id TEXT NOT NULL, 
    role TEXT NOT NULL CONSTRAINT role_known CHECK (role IN ('patient', 'practitioner', 'support', 'operator', 'system')), 
    practitioner TEXT, 
    email TEXT NOT NULL, 
    password_hash TEXT NOT NULL, 
    totp_secret TEXT NOT NULL, 
    last_step BIGINT NOT NULL, 
    failures BIGINT NOT NULL, 
    locked_until TIMESTAMP WITH TIME ZONE, 
    active BOOLEAN NOT NULL, 
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX staff_email ON staff (email);

CREATE TABLE unavailabilities (
    id TEXT NOT NULL, 
    practitioner TEXT NOT NULL, 
    mode TEXT NOT NULL CONSTRAINT mode_known CHECK (mode IN ('video', 'in-person')), 
    starts TIMESTAMP WITH TIME ZONE NOT NULL, 
    ends TIMESTAMP WITH TIME ZONE NOT NULL, 
    source TEXT NOT NULL, 
    PRIMARY KEY (id)
);

CREATE INDEX unavailabilities_practitioner_ends ON unavailabilities (practitioner, ends);

CREATE TABLE visit_types (
    id TEXT NOT NULL, 
    practitioner TEXT NOT NULL, 
    form BIGINT NOT NULL, 
    document TEXT NOT NULL, 
    PRIMARY KEY (id)
);

CREATE INDEX visit_types_practitioner ON visit_types (practitioner);

CREATE TABLE waiting_list (
    id TEXT NOT NULL, 
    practitioner TEXT NOT NULL, 
    visit_type TEXT NOT NULL, 
    mode TEXT NOT NULL CONSTRAINT mode_known CHECK (mode IN ('video', 'in-person')), 
    patient TEXT NOT NULL, 
    before TIMESTAMP WITH TIME ZONE NOT NULL, 
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    state TEXT NOT NULL CONSTRAINT state_known CHECK (state IN ('waiting', 'offered', 'served', 'left')), 
    offer TEXT, 
    declined TEXT NOT NULL, 
    PRIMARY KEY (id)
);

CREATE INDEX waiting_list_offer_some ON waiting_list (offer) WHERE offer IS NOT NULL;

CREATE INDEX waiting_list_patient ON waiting_list (patient);

CREATE INDEX waiting_list_practitioner_asked_at ON waiting_list (practitioner, asked_at);

CREATE TABLE appointment_ticks (
    practitioner TEXT NOT NULL, 
    tick BIGINT NOT NULL, 
    appointment TEXT NOT NULL, 
    PRIMARY KEY (practitioner, tick), 
    FOREIGN KEY(appointment) REFERENCES appointments (id) ON DELETE CASCADE
);

CREATE INDEX appointment_ticks_appointment ON appointment_ticks (appointment);

CREATE TABLE attendance (
    seq BIGSERIAL NOT NULL, 
    appointment TEXT NOT NULL, 
    at TIMESTAMP WITH TIME ZONE NOT NULL, 
    role TEXT NOT NULL CONSTRAINT role_known CHECK (role IN ('patient', 'practitioner', 'support', 'operator', 'system')), 
    seen TEXT NOT NULL CONSTRAINT seen_known CHECK (seen IN ('entered', 'left', 'trouble')), 
    device TEXT NOT NULL, 
    PRIMARY KEY (seq), 
    FOREIGN KEY(appointment) REFERENCES appointments (id) ON DELETE CASCADE
);

CREATE INDEX attendance_appointment ON attendance (appointment);

CREATE TABLE consents (
    appointment TEXT NOT NULL, 
    attempt BIGINT NOT NULL, 
    amount_minor BIGINT NOT NULL, 
    amount_currency TEXT NOT NULL, 
    version TEXT NOT NULL, 
    language TEXT NOT NULL, 
    words TEXT NOT NULL, 
    given_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    PRIMARY KEY (appointment, attempt), 
    FOREIGN KEY(appointment) REFERENCES appointments (id) ON DELETE CASCADE
);

CREATE TABLE links (
    id TEXT NOT NULL, 
    token_hash TEXT NOT NULL, 
    appointment TEXT NOT NULL, 
    sequence BIGINT NOT NULL, 
    role TEXT NOT NULL CONSTRAINT role_known CHECK (role IN ('patient', 'practitioner', 'support', 'operator', 'system')), 
    purpose TEXT NOT NULL CONSTRAINT purpose_known CHECK (purpose IN ('join', 'confirm', 'authorize', 'account', 'rate', 'decide')), 
    opens_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    generation BIGINT NOT NULL, 
    revoked_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (id), 
    FOREIGN KEY(appointment) REFERENCES appointments (id) ON DELETE CASCADE
);

CREATE INDEX links_appointment ON links (appointment);

CREATE UNIQUE INDEX links_token_hash ON links (token_hash);

CREATE TABLE messages (
    id TEXT NOT NULL, 
    kind TEXT NOT NULL CONSTRAINT kind_known CHECK (kind IN ('booked', 'please-confirm', 'waiting-offer', 'reminder', 'last-reminder', 'practitioner-link', 'authorize', 'card-declined', 'lapsed', 'cancelled', 'moved', 'practitioner-absent', 'decide', 'charged', 'nothing-charged', 'no-show-charged', 'refunded', 'rate', 'unbilled', 'charge-failed', 'disputed', 'allowance-low', 'allowance-used', 'link-again', 'payment-stuck', 'charge-at-risk', 'refund-came-back', 'undelivered', 'sign-in')), 
    channel TEXT NOT NULL CONSTRAINT channel_known CHECK (channel IN ('sms', 'email')), 
    recipient TEXT NOT NULL CONSTRAINT recipient_known CHECK (recipient IN ('patient', 'practitioner', 'practice')), 
    practitioner TEXT NOT NULL, 
    due_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    useful_until TIMESTAMP WITH TIME ZONE NOT NULL, 
    appointment TEXT, 
    patient TEXT, 
    sequence BIGINT NOT NULL, 
    exempt BOOLEAN NOT NULL, 
    amount BIGINT, 
    about TEXT NOT NULL, 
    state TEXT NOT NULL CONSTRAINT state_known CHECK (state IN ('planned', 'sent', 'dropped', 'parked')), 
    attempts BIGINT NOT NULL, 
    not_before TIMESTAMP WITH TIME ZONE, 
    ready_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    leased_until TIMESTAMP WITH TIME ZONE, 
    done_at TIMESTAMP WITH TIME ZONE, 
    segments BIGINT NOT NULL, 
    note TEXT NOT NULL, 
    ref TEXT NOT NULL, 
    delivery TEXT NOT NULL CONSTRAINT delivery_known CHECK (delivery IN ('unknown', 'delivered', 'failed')), 
    delivery_at TIMESTAMP WITH TIME ZONE, 
    PRIMARY KEY (id), 
    FOREIGN KEY(appointment) REFERENCES appointments (id) ON DELETE CASCADE
);

CREATE INDEX messages_appointment ON messages (appointment);

CREATE INDEX messages_channel_due_at_some ON messages (channel, due_at) WHERE state = 'parked';

CREATE INDEX messages_channel_ready_at_id_some ON messages (channel, ready_at, id) WHERE state = 'planned';

CREATE INDEX messages_due_at_some ON messages (due_at) WHERE state = 'planned';

CREATE INDEX messages_practitioner_done_at_some ON messages (practitioner, done_at) WHERE segments > 0;

CREATE INDEX messages_ref_some ON messages (ref) WHERE ref <> '';

CREATE TABLE receipt_documents (
    number TEXT NOT NULL, 
    content BYTEA NOT NULL, 
    sha256 TEXT NOT NULL, 
    printed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    PRIMARY KEY (number), 
    FOREIGN KEY(number) REFERENCES receipts (number) ON DELETE CASCADE
);

CREATE TABLE seats (
    appointment TEXT NOT NULL, 
    sequence BIGINT NOT NULL, 
    role TEXT NOT NULL CONSTRAINT role_known CHECK (role IN ('patient', 'practitioner', 'support', 'operator', 'system')), 
    device TEXT NOT NULL, 
    epoch BIGINT NOT NULL, 
    taken_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    last_seen TIMESTAMP WITH TIME ZONE NOT NULL, 
    admitted_at TIMESTAMP WITH TIME ZONE, 
    left_at TIMESTAMP WITH TIME ZONE, 
    ended BOOLEAN NOT NULL, 
    PRIMARY KEY (appointment, role), 
    FOREIGN KEY(appointment) REFERENCES appointments (id) ON DELETE CASCADE
);

CREATE INDEX seats_appointment_some ON seats (appointment) WHERE left_at IS NULL;

CREATE TABLE signal_numbers (
    appointment TEXT NOT NULL, 
    last BIGINT NOT NULL, 
    PRIMARY KEY (appointment), 
    FOREIGN KEY(appointment) REFERENCES appointments (id) ON DELETE CASCADE
);

CREATE TABLE signals (
    appointment TEXT NOT NULL, 
    number BIGINT NOT NULL, 
    addressee TEXT NOT NULL CONSTRAINT addressee_known CHECK (addressee IN ('patient', 'practitioner', 'support', 'operator', 'system')), 
    from_epoch BIGINT NOT NULL, 
    to_epoch BIGINT NOT NULL, 
    body TEXT NOT NULL, 
    at TIMESTAMP WITH TIME ZONE NOT NULL, 
    PRIMARY KEY (appointment, number), 
    FOREIGN KEY(appointment) REFERENCES appointments (id) ON DELETE CASCADE
);

INSERT INTO teleconsult_version (version_num) VALUES ('0001') RETURNING teleconsult_version.version_num;

COMMIT;

INSERT INTO appointments (id, state, practitioner, patient, visit_type, mode, starts, ends, blocks_until, fee_minor, fee_currency, card_required, origin, booked_at, sequence, deadline, confirmed_at, completed_at, decided_at, decided_by, cancelled_at, cancelled_by, absent, lapsed_at, amount_minor, amount_currency) VALUES ('a-1', 'confirmed', 'dr-peeters', 'patient-1', 'consultation', 'video', '2030-01-09T09:00:00+00:00', '2030-01-09T09:20:00+00:00', '2030-01-09T09:25:00+00:00', 4500, 'EUR', True, 'patient', '2030-01-07T08:00:00+00:00', 0, NULL, '2030-01-07T08:00:00+00:00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO appointments (id, state, practitioner, patient, visit_type, mode, starts, ends, blocks_until, fee_minor, fee_currency, card_required, origin, booked_at, sequence, deadline, confirmed_at, completed_at, decided_at, decided_by, cancelled_at, cancelled_by, absent, lapsed_at, amount_minor, amount_currency) VALUES ('over', 'completed', 'dr-peeters', 'patient-1', 'consultation', 'video', '2030-01-09T06:00:00+00:00', '2030-01-09T06:20:00+00:00', '2030-01-09T06:25:00+00:00', 4500, 'EUR', True, 'patient', '2030-01-07T08:00:00+00:00', 0, NULL, NULL, '2030-01-09T09:20:00+00:00', NULL, 'dr-peeters', NULL, NULL, NULL, NULL, 4500, 'EUR');
INSERT INTO audit (seq, at, role, actor, action, subject, patient, detail) VALUES (1, '2030-01-07T08:00:00+00:00', 'system', 'teleconsult', 'book', 'a-1', NULL, '');
INSERT INTO challenges (hash, made_at, staff) VALUES ('2dd00bd77e0222ced882665481a9c1d9f907309d16e05ed007a1ea63928477a9', '2030-01-07T08:00:00+00:00', NULL);
INSERT INTO feeds (id, token_hash, role, owner, generation, made_at, revoked_at) VALUES ('feed/patient/patient-1/1', '1d7692d49609114eb8165115f200ca1631812e119ebab490a81ef51eadf22c91', 'patient', 'patient-1', 1, '2030-01-07T08:00:00+00:00', NULL);
INSERT INTO holds (id, appointment, attempt, amount_minor, amount_currency, state, placed_at, ref, until, brand, last4, captured_minor, refunded_minor, reason, account, fee_minor) VALUES ('a-1:hold:1', 'a-1', 1, 4500, 'EUR', 'held', '2030-01-07T08:00:00+00:00', 'ref-a-1:hold:1', '2030-01-14T08:00:00+00:00', 'visa', '4242', 0, 0, '', NULL, 0);
INSERT INTO inbox (news, ref, at, taken_at) VALUES ('news-1', '', '2030-01-07T08:00:00+00:00', '2030-01-07T08:00:00+00:00');
INSERT INTO ledger (seq, key, at, appointment, hold, debit, credit, amount_minor, amount_currency) VALUES (1, 'a-1:hold:1:held', '2030-01-07T08:00:00+00:00', 'a-1', 'a-1:hold:1', 'promised', 'patient-card', 4500, 'EUR');
INSERT INTO operations (id, verb, hold, appointment, amount_minor, amount_currency, created_at, card, present, fee_minor, refund, reason, repeat, state, attempts, not_before, ready_at, leased_until, settled_at, outcome) VALUES ('a-1:hold:1:authorise:1', 'authorise', 'a-1:hold:1', 'a-1', 4500, 'EUR', '2030-01-07T08:00:00+00:00', 'visa', True, NULL, NULL, '', 1, 'intended', 0, NULL, '2030-01-07T08:00:00+00:00', NULL, NULL, '');
INSERT INTO passkeys (id, staff, name, public_key, uses, made_at, used_at) VALUES ('key-1', 'sofie', 'Phone', 'no key', 0, '2030-01-07T08:00:00+00:00', NULL);
INSERT INTO patients (id, name, name_folded, phone, email, email_folded, language, address, zone, erased_at) VALUES ('gone', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2030-01-07T08:00:00+00:00');
INSERT INTO patients (id, name, name_folded, phone, email, email_folded, language, address, zone, erased_at) VALUES ('patient-1', 'Zoë D''Hondt', 'zoe d''hondt', '+32475550101', 'zoe@patient.example', 'zoe@patient.example', 'fr', '', '', NULL);
INSERT INTO payout_accounts (practitioner, form, document) VALUES ('dr-peeters', 1, '{"practitioner": "dr-peeters", "ref": "acct_1", "opened_at": "2030-01-07T08:00:00+00:00", "seen_at": "2030-01-07T08:00:00+00:00", "takes_cards": false, "is_paid_out": false, "missing": ["external_account"]}');
INSERT INTO practices (id, form, document) VALUES ('clinic', 1, '{"id": "clinic", "name": "Cabinet du Parc", "country": "BE", "zone": "Europe/Brussels", "currency": "EUR", "phone": "+3225550100", "email": "accueil@cabinet.example", "policies": {"reservation": 900000000, "settlement_margin": 86400000000, "reauthorization_opens": 86400000000, "cancellation_cutoff": 86400000000, "join_early": 900000000, "join_late": 3600000000, "grace": 600000000, "reminders": [86400000000, 3600000000], "practitioner_link": 600000000, "waiting_offer": 7200000000, "transfer_days": [15, 30], "minimum_charge": {"minor": 50, "currency": "EUR"}, "late_cancellation_cap": {"minor": 0, "currency": "EUR"}, "no_show": {"cap": null, "kind": "allowed"}, "retention": {"messages": 7776000000000, "links": 86400000000, "appointments": 63072000000000, "ratings": 63072000000000, "accounting": 315360000000000, "audit": 31536000000000, "names_on_receipts": true}, "quiet_hours": {"begin": "21:00:00", "end": "08:00:00"}, "sms_warning_percent": 80, "paid_to": "clinic", "platform_fee": {"basis_points": 0, "fixed": null}, "consent_version": "2027-01"}, "address": "Avenue du Parc 1\n1000 Bruxelles", "languages": ["fr", "nl", "en"]}');
INSERT INTO practitioners (id, form, document) VALUES ('dr-peeters', 1, '{"id": "dr-peeters", "name": "Dr Anne Peeters", "profession": "general practitioner", "languages": ["fr", "nl"], "phone": "+32475550100", "email": "anne.peeters@cabinet.example", "issuer": {"name": "Dr Anne Peeters", "address": "Avenue du Parc 1\n1000 Bruxelles", "number": "BE0123456749", "tax_note": "", "identifiers": [], "country": "", "vat_exempt": false}, "sms_allowance": 100, "video_message": "Please sit where it is quiet.", "no_show": null, "edited": []}');
INSERT INTO ratings (appointment, practitioner, stars, words, rated_at) VALUES ('a-1', 'dr-peeters', 4, 'Très à l''écoute.', '2030-01-09T09:20:00+00:00');
INSERT INTO receipt_series (issuer, year, last) VALUES ('dr-peeters', 2030, 1);
INSERT INTO receipts (number, kind, issuer_id, issuer_name, issuer_address, issuer_number, issuer_tax_note, issuer_identifiers, issuer_country, issuer_vat_exempt, patient, patient_name, appointment, hold, amount_minor, amount_currency, service_at, issued_at, language, cause, corrects, reason) VALUES ('dr-peeters-2030-00001', 'receipt', 'dr-peeters', 'Dr Anne Peeters', 'Avenue du Parc 1
1000 Bruxelles', 'BE0123456749', '', '[]', '', False, 'patient-1', 'Zoë D''Hondt', 'a-1', 'a-1:hold:1', 4500, 'EUR', '2030-01-09T09:00:00+00:00', '2030-01-09T09:20:00+00:00', 'fr', 'a-1:hold:1:captured', NULL, '');
INSERT INTO schedules (practitioner, form, document) VALUES ('dr-peeters', 1, '{"practitioner": "dr-peeters", "zone": "Europe/Brussels", "hours": [{"weekdays": [1, 2, 3, 4, 5], "opens": "09:00:00", "closes": "12:00:00", "modes": ["in-person", "video"], "valid_from": null, "valid_until": null}, {"weekdays": [1, 2, 3, 4, 5], "opens": "14:00:00", "closes": "18:00:00", "modes": ["in-person", "video"], "valid_from": null, "valid_until": null}], "exceptions": [], "edited": []}');
INSERT INTO sessions (token_hash, role, actor, email, staff, made_at, last_seen) VALUES ('3f3af1ecebbd1410ab417ec0d27bbfcb5d340e177ae159b59fc8626c2dfd9175', 'support', 'sofie', '', 'sofie', '2030-01-07T08:00:00+00:00', '2030-01-07T08:00:00+00:00');
INSERT INTO sign_in_links (id, token_hash, browser_hash, email, made_at, used_at) VALUES ('sign-in:1', 'db1d075db414bef54c7af747c773e93cc9de666f8369cc2c6c2d06c3e61288fa', 'd4c3e8a11256ab82a4fc72560eb4a2b0e87bad820c290dd9b03616de240aa6db', 'ann@example.org', '2030-01-07T08:00:00+00:00', NULL);
INSERT INTO staff (id, role, practitioner, email, password_hash, totp_secret, last_step, failures, locked_until, active) VALUES ('sofie', 'support', NULL, 'sofie@example.org', 'no hash', 'no secret', 0, 0, NULL, True);
INSERT INTO unavailabilities (id, practitioner, mode, starts, ends, source) VALUES ('away-1', 'dr-peeters', 'video', '2030-01-09T09:00:00+00:00', '2030-01-09T09:20:00+00:00', 'by hand');
INSERT INTO visit_types (id, practitioner, form, document) VALUES ('consultation', 'dr-peeters', 1, '{"id": "consultation", "practitioner": "dr-peeters", "name": "Consultation", "offers": {"video": {"duration": 20, "fee": {"minor": 4500, "currency": "EUR"}}, "in-person": {"duration": 30, "fee": {"minor": 5000, "currency": "EUR"}}}, "buffer_after": 5, "minimum_notice": 0, "booking_horizon": 7776000000000}');
INSERT INTO waiting_list (id, practitioner, visit_type, mode, patient, before, asked_at, state, offer, declined) VALUES ('waiting-1', 'dr-peeters', 'consultation', 'video', 'patient-1', '2030-01-09T09:00:00+00:00', '2030-01-07T08:00:00+00:00', 'waiting', NULL, '[]');
INSERT INTO appointment_ticks (practitioner, tick, appointment) VALUES ('dr-peeters', 6313896, 'over');
INSERT INTO appointment_ticks (practitioner, tick, appointment) VALUES ('dr-peeters', 6313897, 'over');
INSERT INTO appointment_ticks (practitioner, tick, appointment) VALUES ('dr-peeters', 6313898, 'over');
INSERT INTO appointment_ticks (practitioner, tick, appointment) VALUES ('dr-peeters', 6313899, 'over');
INSERT INTO appointment_ticks (practitioner, tick, appointment) VALUES ('dr-peeters', 6313900, 'over');
INSERT INTO appointment_ticks (practitioner, tick, appointment) VALUES ('dr-peeters', 6313932, 'a-1');
INSERT INTO appointment_ticks (practitioner, tick, appointment) VALUES ('dr-peeters', 6313933, 'a-1');
INSERT INTO appointment_ticks (practitioner, tick, appointment) VALUES ('dr-peeters', 6313934, 'a-1');
INSERT INTO appointment_ticks (practitioner, tick, appointment) VALUES ('dr-peeters', 6313935, 'a-1');
INSERT INTO appointment_ticks (practitioner, tick, appointment) VALUES ('dr-peeters', 6313936, 'a-1');
INSERT INTO attendance (seq, appointment, at, role, seen, device) VALUES (1, 'a-1', '2030-01-09T09:00:00+00:00', 'patient', 'entered', 'phone');
INSERT INTO consents (appointment, attempt, amount_minor, amount_currency, version, language, words, given_at) VALUES ('a-1', 1, 4500, 'EUR', '2027-01', 'fr', 'J''autorise une retenue de 45,00 EUR au plus.
Annulation sans frais.', '2030-01-07T08:00:00+00:00');
INSERT INTO links (id, token_hash, appointment, sequence, role, purpose, opens_at, expires_at, generation, revoked_at) VALUES ('a-1:0:join:patient:1', '916c935f17241b8fd0b7fa37b169feb440974512f9bc61ae1f9c2fad30d8624a', 'a-1', 0, 'patient', 'join', '2030-01-09T08:45:00+00:00', '2030-01-09T10:20:00+00:00', 1, NULL);
INSERT INTO messages (id, kind, channel, recipient, practitioner, due_at, useful_until, appointment, patient, sequence, exempt, amount, about, state, attempts, not_before, ready_at, leased_until, done_at, segments, note, ref, delivery, delivery_at) VALUES ('a-1:0:reminder-60m:patient:sms', 'reminder', 'sms', 'patient', 'dr-peeters', '2030-01-09T08:00:00+00:00', '2030-01-09T09:00:00+00:00', 'a-1', 'patient-1', 0, True, NULL, '60m', 'planned', 0, NULL, '2030-01-09T08:00:00+00:00', NULL, NULL, 0, '', '', 'unknown', NULL);
INSERT INTO receipt_documents (number, content, sha256, printed_at) VALUES ('dr-peeters-2030-00001', '\x255044462d312e3700ff', '056de5aa475efc20ac110da0f2bea518a05a49f7caaa65a706d4cccb1bc6bbd3', '2030-01-09T09:20:00+00:00');
INSERT INTO seats (appointment, sequence, role, device, epoch, taken_at, last_seen, admitted_at, left_at, ended) VALUES ('a-1', 0, 'patient', 'phone', 1, '2030-01-09T09:00:00+00:00', '2030-01-09T09:00:00+00:00', NULL, NULL, False);
INSERT INTO signal_numbers (appointment, last) VALUES ('a-1', 1);
INSERT INTO signals (appointment, number, addressee, from_epoch, to_epoch, body, at) VALUES ('a-1', 1, 'patient', 1, 1, 'offer', '2030-01-09T09:00:00+00:00');
SELECT setval('audit_seq_seq', 1);
SELECT setval('ledger_seq_seq', 1);
SELECT setval('attendance_seq_seq', 1);
