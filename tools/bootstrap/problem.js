// @ts-check

/** A failure that is told in one message: what, why, what to do. */
class Problem extends Error {
  /** @param {string} what @param {string} why @param {string} todo */
  constructor(what, why, todo) {
    super(what);
    this.why = why;
    this.todo = todo;
  }

  toString() {
    return `✗ ${this.message}\n  Why: ${this.why}\n  What to do: ${this.todo}`;
  }
}

const PROXY = {
  pattern:
    /ProxyError|\b407\b|Proxy Authentication|tunnel(ing)? socket|Cannot connect to proxy|proxy.*(refused|ECONN)/i,
  why: "the network's proxy refused the connection or could not be reached.",
  todo: "check the variables HTTP_PROXY and HTTPS_PROXY (http://user:password@host:port), then run the command again.",
};
const NETWORK = {
  pattern:
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|Max retries exceeded|name resolution|network is unreachable|timed out/i,
  why: "the network, or the package registry, cannot be reached.",
  todo: "connect to the internet (behind a proxy: set HTTPS_PROXY), then run the command again; it goes on where it stopped.",
};

/** What installers print, why that is, and what to do: the first match counts. */
const KNOWN = [
  {
    pattern: /ENOSPC|No space left on device|Disk quota exceeded|EDQUOT|not enough space on the disk/i,
    why: "the disk is full.",
    todo: "free about 2 GB on this disk, then run the command again.",
  },
  {
    pattern: /EACCES|EPERM|EROFS|Permission denied|Read-only file system/i,
    why: "a file or folder of the course may not be written.",
    todo: "make the course's folder yours (it must not come from a run as another user or stand on a read-only disk), close programs that use its files, then run the command again.",
  },
  PROXY,
  {
    pattern:
      /CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|self.signed certificate/i,
    why: "a certificate was not accepted; usually a company's network puts its own in between.",
    todo: "save that network's certificate as a .pem file, set NODE_EXTRA_CA_CERTS and PIP_CERT to its path, then run the command again.",
  },
  {
    pattern: /DO NOT MATCH THE HASHES|EINTEGRITY|integrity checksum failed/i,
    why: "a downloaded file is not the one that the course's lock names: damaged on its way, or replaced.",
    todo: "run the command again; if it happens again, try another network and report it.",
  },
  NETWORK,
  {
    pattern: /npm ci` can only install/,
    why: "package.json and package-lock.json do not agree.",
    todo: "undo changes to them (git status shows them), or, after a change of a dependency, run npm install.",
  },
  {
    pattern: /No matching distribution|Could not find a version/i,
    why: "this Python, or this system, has no ready-made package of the locked version.",
    todo: "install Python 3.11, 3.12 or 3.13 (64 bit), run npm run clean, then run the command again.",
  },
];

/**
 * The problem behind an installer's output.
 * @param {string} what @param {string} output
 * @returns {Problem}
 */
function explain(what, output) {
  const known = KNOWN.find(({ pattern }) => pattern.test(output));
  if (known) {
    const behindProxy = known === NETWORK && ["HTTPS_PROXY", "https_proxy"].some((name) => process.env[name]);
    const { why, todo } = behindProxy ? PROXY : known;
    return new Problem(what, why, todo);
  }
  const lines = output.trim().split(/\r?\n/).slice(-12).join("\n    ");
  return new Problem(
    what,
    `the installer's last words were:\n    ${lines}`,
    "run npm run doctor; if it does not help, report its output together with these lines.",
  );
}

/** @param {unknown} error @param {string} what @returns {Problem} */
function asProblem(error, what) {
  if (error instanceof Problem) return error;
  return explain(what, error instanceof Error ? (error.stack ?? error.message) : String(error));
}

module.exports = { Problem, explain, asProblem };
