"""What all claims of the topic share."""

from __future__ import annotations

from typing import Any

Named = dict[str, Any]
TOPIC = "gradient_reconstruction"
