// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension StageAssessment {
    static let fields: Representation<StageAssessment> = Representation(
        "StageAssessment",
        [Member("id", \.id, .id()), Member("customerId", \.customerID, .id())] + found + [
            Member("createdAt", \.createdAt, .instant)
        ]
    )

    /// What was found, and by what.
    fileprivate static let found: [Member<StageAssessment>] = [
        Member("stage", \.stage, .enumeration(), "How much of its purchases are ours."),
        Member(
            "pending",
            \.step.pending,
            .enumeration(),
            "The higher stage that the share would lead to; reached one stage at a time."
        ),
        Member("previousStage", \.step.previousStage, .enumeration(), "The stage before this one."),
        Member("changedAt", \.changedAt, .instant, "When the customer came to this stage."),
        Member("asOf", \.asOf, .instant, "Orders before this counted."),
        Member("windowStart", \.windowStart, .instant, "Orders from then on counted."),
        Member("windowMonths", \.windowMonths, .count),
        Member(
            "share",
            \.share.known?.fraction,
            .fraction,
            "The part of what it needs that is ours; absent while nobody says what it needs."
        ),
        Member(
            "bought",
            \.share.known?.boughtAmount,
            .money,
            "From us, of no category more than is needed; absent without a share."
        ),
        Member(
            "need",
            \.share.known?.needAmount,
            .money,
            "In all, whoever sells it; absent without a share."
        ),
        Member("runId", \.runID, .id(), "The tier run; absent where this customer was assessed."),
        Member("taskId", \.taskID, .id(), "The task that a fall opened."),
        Member("reasons", \.reasons, .array(of: .object(StageReason.fields))),
    ]
}

extension StageReason {
    fileprivate static let fields: Representation<StageReason> = Representation(
        "StageReason",
        [
            Member("code", \.code, .enumeration()),
            Member("text", \.text, .string(maxLength: 1000)),
        ]
    )
}

extension NewStageAssessment {
    static let fields: Fields<NewStageAssessment> = Fields(
        "NewStageAssessment",
        NewStageAssessment.init,
        Field(
            optional: "asOf",
            \.asOf,
            .instantOrDay,
            "Orders before this count; now by default. Not before the last assessment."
        )
    )
}

extension StageStanding {
    static let fields: Representation<StageStanding> = Representation(
        "StageStanding",
        [
            Member("customerId", \.customerID, .id()),
            Member("stage", \.assessment?.stage, .enumeration(), "Absent before any assessment."),
            Member("pending", \.assessment?.step.pending, .enumeration()),
            Member("changedAt", \.assessment?.changedAt, .instant),
            Member("reasons", \.reasons, .array(of: .object(StageReason.fields))),
            Member(
                "assessment",
                \.assessment,
                .object(StageAssessment.fields),
                "The latest that found something new."
            ),
            Member("wallet", \.wallet, .object(Wallet.fields), "What an assessment would go by."),
            Member(
                "advice",
                \.advice,
                .object(StageAdvice.fields),
                "What to do at this stage; absent of the past, and where the stage is past."
            ),
        ]
    )
}

extension Wallet {
    static let fields: Representation<Wallet> = Representation(
        "ShareOfWallet",
        [
            Member("asOf", \.asOf, .instant),
            Member("windowStart", \.windowStart, .instant),
            Member("windowMonths", \.windowMonths, .count),
            Member(
                "share",
                \.share?.fraction,
                .fraction,
                "Over the categories that count; absent where it cannot be told."
            ),
            Member("stage", \.share?.stage, .enumeration(), "Where that share alone would lead."),
            Member("categories", \.categories, .array(of: .object(CategoryShare.fields))),
        ]
    )
}

extension CategoryShare {
    fileprivate static let fields: Representation<CategoryShare> = Representation(
        "CategoryShare",
        [
            Member("category", \.category, .string(maxLength: CategorySpendService.categoryLimit)),
            Member("bought", \.bought, .money, "From us, less what came back."),
            Member("need", \.need, .money, "In all, for the months of the window."),
            Member("share", \.share?.fraction, .fraction, "At most 1."),
            Member("stage", \.share?.stage, .enumeration()),
            Member("source", \.source, .enumeration(), "Who says how much it is in all."),
            Member("statedAt", \.asOf, .instant, "When that was so."),
            Member(
                "counts",
                \.isCounted,
                .boolean,
                "Whether it counts in all: our own estimates do not, nor what is not needed."
            ),
            Member("rivals", \.rivals, .integer(CategorySpendDetails.rivalRange)),
            Member("switchedAt", \.switchedAt, .instant, "If it was in the window."),
        ]
    )
}

extension StageAdvice {
    fileprivate static let fields: Representation<StageAdvice> = Representation(
        "StageAdvice",
        [
            Member("code", \.code, .enumeration()),
            Member("text", \.text, .string(maxLength: 1000)),
            Member("facts", \.facts, .array(of: .object(StageFact.fields))),
        ]
    )
}

extension StageFact {
    fileprivate static let fields: Representation<StageFact> = Representation(
        "StageFact",
        [
            Member("code", \.code, .enumeration()),
            Member("known", \.isKnown, .boolean, "Else it is to be found out."),
            Member("text", \.text, .string(maxLength: 3000)),
            Member(
                "subjects",
                \.subjects,
                .array(of: .object(Subject.fields)),
                "The records it rests on."
            ),
        ]
    )
}
