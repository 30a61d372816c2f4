"""The report page in headless Chromium: it shows, filters and fits a narrow window without a network."""

import json
import re
import shutil
import subprocess

import pytest

from tests.overparam.test_report import CLAIMS, figures, table, text  # noqa: F401

BROWSER = next((b for b in ("chromium", "chromium-browser", "google-chrome") if shutil.which(b)), None)
PROBE = """
<script>
addEventListener("load", () => {
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.offsetParent !== null);
  const ids = (selector) => shown(selector).map((e) => e.id);
  const result = {width: document.documentElement.scrollWidth, window: innerWidth};
  result.blank = [...document.images].filter((i) => !i.naturalWidth).length;
  result.requests = performance.getEntriesByType("resource").map((e) => e.name).filter((n) => !n.startsWith("data:"));
  result.formulas = [...document.querySelectorAll("math")].every((m) => m.getBoundingClientRect().width > 0);
  result.all = ids("article");
  document.getElementById("v-disagrees").click();
  result.disagrees = ids("article");
  result.rows = shown(".verdicts tr[data-status]").length;
  document.getElementById("t1").click();
  result.none = ids("article");
  result.nothing = shown(".nothing").length;
  location.hash = "#a-law";
  setTimeout(() => {
    result.linked = ids("article");
    document.body.innerHTML = "<pre id=probe>" + JSON.stringify(result) + "</pre>";
  }, 100);
});
</script>
"""


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="there is no chromium or google-chrome on PATH")
def test_in_a_browser(tmp_path, text):  # noqa: F811
    page = tmp_path / "report.html"
    # The page forbids scripts; the copy that is probed may run this one.
    probed = re.sub(r"<meta http-equiv=[^>]*>", "", text).replace("</body>", PROBE + "</body>")
    page.write_text(probed, encoding="utf-8")
    command = [BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    command += ["--window-size=500,900", "--virtual-time-budget=5000", "--dump-dom", page.as_uri()]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120).stdout
    seen = json.loads(re.search(r'<pre id="probe">(.*?)</pre>', dom, re.DOTALL)[1])
    assert seen["width"] <= seen["window"] < 736  # the layout of a phone, and nothing sticks out
    assert seen["blank"] == 0
    assert seen["requests"] == []
    assert seen["formulas"]
    assert set(seen["all"]) == {claim.slug for claim in CLAIMS}
    assert seen["disagrees"] == ["a-false-mean"]
    assert seen["rows"] == 1
    assert seen["none"] == []
    assert seen["nothing"] == 1
    assert seen["linked"] == ["a-law"]
