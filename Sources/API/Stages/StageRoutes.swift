// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import JSON
import Routing

/// The operations on relationship stages.
package struct StageRoutes {
    private static let tag = "Stages"

    private let stages: StageService

    package init(stages: StageService) {
        self.stages = stages
    }

    package var all: [APIRoute] {
        [find, assess, list, findAssessment]
    }

    /// The date at which a stage is asked for.
    private struct Moment: Sendable {
        let asOf: Instant?

        static let fields: Fields<Moment> = Fields(
            nil,
            Moment.init,
            Field(optional: "asOf", \.asOf, .instantOrDay, "As it stood then; now by default.")
        )
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/customers/{customer}/stage",
            ID<Customer>.self,
            name: "getStage",
            summary: "Tells how far the relation with a customer has come, and what is advised",
            tag: Self.tag,
            scope: Scope.contactsRead.rawValue,
            takes: .query(Moment.fields),
            returns: .record(StageStanding.fields),
            problems: [.futureAsOf]
        ) { [stages] moment, call, snapshot, id in
            _ = try call.past(moment.asOf)
            return try stages.standing(of: id, asOf: moment.asOf, at: call.instant, in: snapshot)
        }
    }

    private var assess: APIRoute {
        .write(
            .post,
            "/v1/customers/{customer}/stage-assessments",
            ID<Customer>.self,
            name: "assessStage",
            summary: "Assesses the stage of a customer: up by one stage at most, down at once",
            tag: Self.tag,
            scope: Scope.runsWrite.rawValue,
            takes: .body(NewStageAssessment.fields),
            returns: .created(StageAssessment.fields) { "/v1/stage-assessments/\($0.id.rawValue)" },
            problems: [.stageUnknown, .notAllowedNow, .futureAsOf]
        ) { [stages] new, call, transaction, id in
            try stages.assess(id, new, by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/customers/{customer}/stage-assessments",
            ID<Customer>.self,
            name: "listStageAssessments",
            summary:
                "Lists the assessments of a customer that found something new, the latest first",
            tag: Self.tag,
            scope: Scope.tiersRead.rawValue,
            Listing(
                filter: NoFilter.fields,
                rows: StageAssessment.fields,
                sorts: StageAssessmentSorting.allCases.map { "-" + $0.rawValue }
            )
        ) { [stages] query, _, snapshot, id in
            try stages.list(of: id, query.1.request(), in: snapshot).slice
        }
    }

    private var findAssessment: APIRoute {
        .read(
            .get,
            "/v1/stage-assessments/{assessment}",
            ID<StageAssessment>.self,
            name: "getStageAssessment",
            summary: "Reads what an assessment found, and by what",
            tag: Self.tag,
            scope: Scope.tiersRead.rawValue,
            takes: .nothing,
            returns: .record(StageAssessment.fields)
        ) { [stages] _, _, snapshot, id in
            try stages.find(id, in: snapshot)
        }
    }
}
