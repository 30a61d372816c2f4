"""The planner: predictions are made here, simulations only named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from claims import Claim
from claims.agreement import Heavy, Limit, Rate
from claims.claim import Decoy
from lab.plan.checks import check_declared, check_family, check_name, check_own, predicted, rename, simulated_names
from lab.plan.rows import Family, PlanError, Row, families
from lab.run.naming import cell_key
from lab.run.own import where
from lab.run.simulation import Simulation


class Planner:
    """The rows of claims on one backend under one seed: predictions are made here, simulations only named."""

    def __init__(self, tier: str, backend: str, seed: int) -> None:
        self._tier, self._backend, self._seed = tier, backend, seed
        self._known: dict[tuple[int, str, int | None], Simulation] = {}

    def rows(self, claim: Claim) -> list[Row]:
        """All rows of one claim and of its decoys."""
        found = []
        known: set[str] = set()
        for family in families(claim, self._tier):
            check_family(claim, family)
            runs = self._runs(claim, claim.simulate, family)
            try:
                own = tuple(predicted(claim, claim.predict, cell) for cell in family.cells)
            except PlanError:
                raise
            except Exception as error:
                found.append(Row(claim, None, "", family, (), runs, trouble=f"predict raised {where(error)}"))
                continue
            check_own(claim, own)
            known |= set().union(*own)
            found += self._rows_of(claim, None, family, own, own, runs)
            for decoy in claim.decoys:
                found += self._decoy_rows(claim, decoy, family, own, runs)
        if not any(row.trouble for row in found):
            check_declared(claim, known)
        heard = [row.decoy for row in found]
        silent = [decoy.name for decoy in claim.decoys if decoy not in heard]
        if silent and not any(row.trouble for row in found):
            raise PlanError(f"claim {claim.slug!r}: decoy {silent[0]!r} predicts nothing at any cell of the grid")
        return found

    def _decoy_rows(self, claim: Claim, decoy: Decoy, family: Family, own: Any, runs: Any) -> list[Row]:
        wrong = own
        try:
            if decoy.predict is not None:
                made = (predicted(claim, decoy.predict, cell, f"decoy {decoy.name!r}'s ") for cell in family.cells)
                wrong = tuple(rename(prediction, own[0]) for prediction in made)
        except PlanError:
            raise
        except Exception as error:
            return [Row(claim, decoy, "", family, (), runs, trouble=f"predict raised {where(error)}")]
        if decoy.simulate is not None:
            runs = self._runs(claim, decoy.simulate, family)
        return list(self._rows_of(claim, decoy, family, wrong, own, runs))

    @staticmethod
    def _rows_of(
        claim: Claim, decoy: Decoy | None, family: Family, theories: Any, own: Any, runs: tuple[Simulation, ...]
    ) -> Iterator[Row]:
        names = simulated_names(decoy.simulate if decoy is not None and decoy.simulate else claim.simulate)
        for quantity in theories[0]:
            check_name(claim, quantity, names)
            if isinstance(claim.kind, Limit) and isinstance(claim.tail(quantity, family.cells[-1]), Heavy):
                raise PlanError(f"tails of claim {claim.slug!r}: {quantity!r} is Heavy, but a Limit is one of means")
            if any(quantity not in theory for theory in theories):
                continue  # a decoy that speaks of some sizes only
            values = tuple(theory[quantity] for theory in theories)
            yield Row(claim, decoy, quantity, family, values, runs, own)

    def _runs(self, claim: Claim, function: Callable[..., Any], family: Family) -> tuple[Simulation, ...]:
        # A family without randomness is one trial; a block of more would only repeat it.
        block = 1 if isinstance(claim.kind, Limit | Rate) and claim.kind.trials == 1 else None
        return tuple(self._simulation(function, cell, block) for cell in family.cells)

    def _simulation(self, function: Callable[..., Any], cell: dict[str, Any], block: int | None) -> Simulation:
        key = (id(function), cell_key(cell), block)
        if key not in self._known:
            self._known[key] = Simulation(function, cell, self._backend, self._seed, block)
        return self._known[key]
