"""Asks for known holes in the locked dependencies; offline it says so and passes"""

import subprocess
import sys


def main() -> int:
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "-r", "requirements.lock"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    print(done.stdout + done.stderr[-2000:])
    if done.returncode and not done.stdout.strip() and "ConnectionError" in done.stderr:
        print("audit: no advisory service answered, nothing was checked; run `make audit` where there is one")
        return 0
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
