// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension ReportFilter where Grouping: RawRepresentable<String> & CaseIterable {
    /// `event` is what has to have been in the time.
    static func fields(_ event: String) -> Fields<ReportFilter> {
        Fields(
            nil,
            ReportFilter.init,
            Field(optional: "groupBy", \.groupBy, .enumeration(), "One row of all, if not given."),
            Field(optional: "since", \.since, .instantOrDay, "\(event) then or later."),
            Field(optional: "until", \.until, .instantOrDay, "\(event) before.")
        )
    }
}
