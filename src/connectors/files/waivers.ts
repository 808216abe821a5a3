import type { Waivers } from "../waivers.ts";

const NO_NETWORK =
  "There is no server and no answer to lose: an acknowledgement is a file that is linked into place, or is not.";

export const FILES_WAIVERS: Waivers = {
  "wrong credentials are access denied":
    "A folder has no credentials; that what the account may not read is access denied is tested in connector.test.ts.",
  "a lost answer is found again": NO_NETWORK,
  "an answer lost before it was done is found to be not done": NO_NETWORK,
  "a version conflict is told, nothing is overwritten":
    "The only write is an acknowledgement: a new file each time, which has no version to conflict with.",
  "429 carries the wait": "A file system does not ask to wait.",
  "an HTML error page is contract broken":
    "Nothing is asked over HTTP; that a web page saved as an export is told is tested in read-export.test.ts.",
  "an error that came as HTTP 200 is an error":
    "Nothing is asked over HTTP; that a web page saved as an export is told is tested in read-export.test.ts.",
  "a session that ends in mid-run is renewed":
    "There are no sessions: a folder is read with the rights of the process.",
};
