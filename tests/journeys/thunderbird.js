// What the tests ask of Thunderbird: its own code takes a message in, its own calendar is read.
// The last argument is how to answer; `what` says which of them is asked.
const done = arguments[arguments.length - 1];
const [what, ...asked] = arguments;
const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");

// A calendar of its own for somebody: his address must be one of Thunderbird's identities.
function begin(address) {
  const identity = MailServices.accounts.createIdentity();
  identity.email = address;
  const account = MailServices.accounts.createAccount();
  account.incomingServer = MailServices.accounts.createIncomingServer("nobody", "test", "none");
  account.addIdentity(identity);
  const calendar = cal.manager.createCalendar(
    "memory", Services.io.newURI("moz-memory-calendar://"));
  cal.manager.registerCalendar(calendar);
  calendar.setProperty("imip.identity.key", identity.key);
  return [calendar.id, Services.appinfo.version];
}

// What happens when a letter is opened; if Thunderbird asks, the patient takes up what it offers.
async function take(id, text, address) {
  const item = Cc["@mozilla.org/calendar/itip-item;1"].createInstance(Ci.calIItipItem);
  item.init(text);
  item.targetCalendar = cal.manager.getCalendarById(id);
  item.identity = address;
  item.autoResponse = Ci.calIItipItem.NONE;
  return new Promise((resolve, reject) => {
    const ended = { onGetResult() {}, onOperationComplete(_calendar, status, _kind, _id, detail) {
      Components.isSuccessCode(status) ? resolve("done") : reject(new Error(`${status} ${detail}`));
    } };
    cal.itip.processItipItem(item, (item, _status, action) => {
      if (!action) {
        resolve("nothing to ask");
      } else {
        Promise.resolve(action(ended, "ACCEPTED")).catch(reject);
      }
    });
  });
}

// A calendar subscribed to, when it was read for the first time.
async function subscribe(address) {
  const calendar = cal.manager.createCalendar("ics", Services.io.newURI(address));
  await new Promise((resolve, reject) => {
    calendar.addObserver({
      QueryInterface: ChromeUtils.generateQI(["calIObserver"]),
      onLoad: resolve,
      onError: (_calendar, code, why) => reject(new Error(`${code} ${why}`)),
      onStartBatch() {}, onEndBatch() {}, onAddItem() {}, onModifyItem() {}, onDeleteItem() {},
      onPropertyChanged() {}, onPropertyDeleting() {},
    });
    cal.manager.registerCalendar(calendar);
    calendar.refresh();
  });
  return calendar.id;
}

// UID, start, end (seconds since 1970), STATUS, SEQUENCE, SUMMARY of every event there is.
async function read(id) {
  const calendar = cal.manager.getCalendarById(id);
  const wanted = Ci.calICalendar.ITEM_FILTER_TYPE_EVENT;
  const found = [];
  for await (const some of cal.iterate.streamValues(calendar.getItems(wanted, 0, null, null))) {
    found.push(...some);
  }
  return found.map(one => [
    one.id, one.startDate.nativeTime / 1e6, one.endDate.nativeTime / 1e6, one.status,
    Number(one.getProperty("SEQUENCE")), one.title,
  ]);
}

Promise.resolve({ begin, take, subscribe, read }[what](...asked.slice(0, -1)))
  .then(answer => done({ answer }), error => done({ error: `${error} ${error.stack}` }));
