const interval = 15_000;

/** Elapsed time as people read it: 0:05, 4:31. */
export function elapsed(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Says what is being done, and every 15 seconds that it goes on. `detail` gives what more there is to say. */
export async function withProgress(what, work, detail = () => "") {
  const started = Date.now();
  console.log(`${what} ...`);
  const timer = setInterval(() => {
    console.log(`  ${elapsed(Date.now() - started)}  ${what}${detail()}`);
  }, interval);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
