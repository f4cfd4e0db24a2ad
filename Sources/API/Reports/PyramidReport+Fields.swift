// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension PyramidReport.Row {
    static let fields: Representation<PyramidReport.Row> = Representation(
        "PyramidFigures",
        [Member("tier", \.tier, .enumeration())]
            + PyramidReport.Standing.fields.lifted(\.now)
            + [
                Member(
                    "yearAgo",
                    \.yearAgo,
                    .object(PyramidReport.Standing.fields),
                    "By the latest run with as long a window, 12 months before this one or earlier; "
                        + "absent without one."
                ),
                Member(
                    "from",
                    \.origins,
                    .object(PyramidReport.Origins.fields),
                    "The tiers in which its customers were then: a row of the matrix of movements."
                ),
                Member(
                    "left",
                    \.left,
                    .count,
                    "Those of its customers of then who are not ranked any more."
                ),
            ]
    )
}

extension PyramidReport.Standing {
    fileprivate static let fields: Representation<PyramidReport.Standing> = Representation(
        "PyramidStanding",
        [
            Member("runId", \.runID, .id()),
            Member("asOf", \.asOf, .instant, "The date of the run."),
            Member("windowMonths", \.windowMonths, .count, "The months before it that counted."),
            Member("customers", \.customers, .count),
            Member("headcountShare", \.headcountShare, .fraction, "The part of all customers."),
            Member("profit", \.profit, .money, "The sum of the positive profits."),
            Member("profitShare", \.profitShare, .fraction, "The part of all positive profit."),
        ]
    )
}

extension PyramidReport.Origins {
    fileprivate static let fields: Representation<PyramidReport.Origins> = Representation(
        "PyramidOrigins",
        [
            Member("key", \.key, .count),
            Member("ordinary", \.ordinary, .count),
            Member("small", \.small, .count),
            Member("unranked", \.unranked, .count, "Not ranked then."),
        ]
    )
}
