/** Runs a script's work; what it throws is shown as a message and ends the script with 1. */
export async function main(work) {
  try {
    process.exitCode = await work();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
