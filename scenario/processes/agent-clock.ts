// Loaded into the agent's process before everything else (`node --import`), where a scenario sets the agent's wall clock: what
// the process takes for the time is the machine's plus an offset, which the runner says at the start and may change. The clock that
// certificates of TLS are checked by is OpenSSL's own, and stays the machine's.

const RealDate = Date;
let offsetMs = Number(process.env.SEALCAM_SCENARIO_CLOCK_OFFSET_MS ?? 0);

/** The time, shifted; everything else is a Date's own. */
class ShiftedDate extends RealDate {
  constructor(...args: unknown[]) {
    if (args.length === 0) super(RealDate.now() + offsetMs);
    else super(...(args as [number]));
  }

  static override now(): number {
    return RealDate.now() + offsetMs;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
process.on('message', (message: { readonly offsetMs?: number }) => {
  offsetMs = message.offsetMs ?? offsetMs;
});
// Nothing that is said of the clock keeps the agent alive.
process.channel?.unref();
