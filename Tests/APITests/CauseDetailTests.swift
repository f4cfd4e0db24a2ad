// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// The second level of the causes of complaints (M58).
@Suite struct CauseDetailTests {
    private static let path = "/v1/complaints/1"

    private static func terms(_ details: String) -> String {
        """
        {"answerHours": 24, "keyAnswerHours": 4, "remedyDays": 5, "keyRemedyDays": 2,
         "causeDetails": \(details)}
        """
    }

    private static let details = #"""
        [{"cause": "delivery", "details": ["too late", "damaged"]},
         {"cause": "other", "details": ["damaged"]}]
        """#

    private static func complaint(_ more: String) -> String {
        #"{"customerId": 1, "channel": "web", "subject": "late"\#(more)}"#
    }

    private static func fill(_ client: TestClient) throws {
        try client.customer()
        let put = try client.put("/v1/complaint-policy", terms(details))
        try #require(put.status == 200, "\(put)")
    }

    @Test func `the policy lists them for each cause, none at first`() throws {
        try withServer { client in
            let policy = "/v1/complaint-policy"
            #expect(try client.get(policy).json["causeDetails"] == [])
            try Self.fill(client)
            let known = try client.get(policy).json
            #expect(
                known["causeDetails"] == [
                    ["cause": "delivery", "details": ["too late", "damaged"]],
                    ["cause": "other", "details": ["damaged"]],
                ]
            )
            #expect(known["version"] == 2)
            #expect(try client.put(policy, Self.terms(Self.details)).json["version"] == 2)
            let refused = try client.put(
                policy,
                Self.terms(
                    #"""
                    [{"cause": "other", "details": ["a", "a"]}, {"cause": "other", "details": []}]
                    """#
                )
            )
            #expect(refused.status == 422)
            #expect(
                refused.pointers == [
                    "/causeDetails/0/details/1", "/causeDetails/1/cause",
                    "/causeDetails/1/details",
                ]
            )
            let alike = try client.put(
                policy,
                Self.terms(#"[{"cause": "other", "details": ["Late", "ｌａｔｅ", "late!", "LATE"]}]"#)
            )
            #expect(alike.status == 422)
            #expect(alike.pointers == ["/causeDetails/0/details/1", "/causeDetails/0/details/3"])
            let blank = try client.put(
                policy,
                Self.terms(#"[{"cause": "other", "details": ["late", " late ", "late\t", "a b"]}]"#)
            )
            #expect(blank.status == 422)
            #expect(blank.pointers == ["/causeDetails/0/details/1", "/causeDetails/0/details/2"])
        }
    }

    @Test func `one that is not listed is refused with those that are`() throws {
        try withServer { client in
            try Self.fill(client)
            for (more, saying) in [
                (#", "cause": "delivery", "causeDetail": "rain""#, "one of too late, damaged"),
                (#", "cause": "price-billing", "causeDetail": "rain""#, "no details of price-"),
                (#", "causeDetail": "damaged""#, "goes with a cause"),
            ] {
                let refused = try client.post("/v1/complaints", Self.complaint(more))
                #expect(refused.status == 422 && refused.pointers == ["/causeDetail"], "\(more)")
                let detail = refused.json["errors"]?.elements?.first?["detail"]?.string
                #expect(detail?.contains(saying) == true, "\(more): \(refused)")
            }
            try client.create("/v1/complaints", Self.complaint(#", "cause": "delivery""#))
            let refused = try client.patch(Self.path, #"{"causeDetail": "rain", "orderId": 9}"#)
            #expect(refused.status == 422)
            #expect(refused.pointers == ["/orderId", "/causeDetail"])
        }
    }

    @Test func `is found in any width and case, and kept as the policy writes it`() throws {
        try withServer { client in
            try Self.fill(client)
            try client.create(
                "/v1/complaints",
                Self.complaint(#", "cause": "delivery", "causeDetail": "Too  LATE""#)
            )
            let made = try client.get(Self.path).json
            #expect(made["causeDetail"] == "too late")
            let same = try client.patch(Self.path, #"{"causeDetail": "Too Late"}"#).json
            #expect(same["version"] == made["version"])
            let other = try client.patch(Self.path, #"{"causeDetail": "ＤＡＭＡＧＥＤ"}"#).json
            #expect(other["causeDetail"] == "damaged")
            // What is recorded stays as it is, until it is said anew.
            let capitals = #"[{"cause": "delivery", "details": ["DAMAGED"]}]"#
            _ = try client.put("/v1/complaint-policy", Self.terms(capitals))
            let kept = try client.patch(Self.path, #"{"severity": "high"}"#).json
            #expect(kept["causeDetail"] == "damaged")
            let said = try client.patch(Self.path, #"{"causeDetail": "damaged"}"#).json
            #expect(said["causeDetail"] == "damaged")
            _ = try client.post(Self.path + "/listen", #"{"statement": "broken"}"#)
            let assessed = try client.post(
                Self.path + "/assess",
                #"""
                {"verdict": "justified", "cause": "delivery", "causeDetail": "damaged",
                 "reason": "it was"}
                """#
            )
            #expect(assessed.json["causeDetail"] == "DAMAGED")
        }
    }

    @Test func `goes with its cause, and falls away with it`() throws {
        try withServer { client in
            try Self.fill(client)
            try client.create(
                "/v1/complaints",
                Self.complaint(#", "cause": "delivery", "causeDetail": "damaged""#)
            )
            // The other cause has one of that name, too.
            let moved = try client.patch(Self.path, #"{"cause": "other"}"#).json
            #expect(moved["causeDetail"] == "damaged")
            // One that is said has to go with the cause, recorded or not.
            let said = try client.patch(
                Self.path,
                #"{"cause": "price-billing", "causeDetail": "damaged"}"#
            )
            #expect(said.status == 422 && said.pointers == ["/causeDetail"])
            #expect(try client.get(Self.path).json["cause"] == "other")
            let lost = try client.patch(Self.path, #"{"cause": "price-billing"}"#).json
            #expect(lost["cause"] == "price-billing" && lost["causeDetail"] == nil)
            let set = #"{"cause": "delivery", "causeDetail": "too late"}"#
            #expect(try client.patch(Self.path, set).json["causeDetail"] == "too late")
            // What is recorded stays where the policy has it no more.
            _ = try client.put("/v1/complaint-policy", Self.terms("[]"))
            let kept = try client.patch(Self.path, #"{"severity": "high"}"#).json
            #expect(kept["causeDetail"] == "too late")
        }
    }

    @Test func `the assessment names it, lists and report tell it`() throws {
        try withServer { client in
            try Self.fill(client)
            for cause in ["delivery", "other"] {
                try client.create(
                    "/v1/complaints",
                    Self.complaint(#", "cause": "\#(cause)", "causeDetail": "damaged""#)
                )
            }
            try client.create("/v1/complaints", Self.complaint(#", "cause": "delivery""#))
            _ = try client.post("/v1/complaints/3/listen", #"{"statement": "late"}"#)
            func assess(_ detail: String) throws -> TestAnswer {
                try client.post(
                    "/v1/complaints/3/assess",
                    #"""
                    {"verdict": "justified", "cause": "delivery", "causeDetail": "\#(detail)",
                     "reason": "late it was"}
                    """#
                )
            }
            #expect(try assess("rain").pointers == ["/causeDetail"])
            #expect(try assess("too late").json["causeDetail"] == "too late")
            let found = try client.get("/v1/complaints?cause=delivery&causeDetail=damaged")
            #expect(found.ids == [1])
            let report = try client.get("/v1/reports/complaints?groupBy=cause-detail").items
            #expect(
                report.map { $0["key"] } == [
                    "delivery/damaged", "delivery/too late", "other/damaged",
                ]
            )
        }
    }

    private static func take(_ client: TestClient, _ rows: String) throws -> JSON {
        try client.send(
            "POST",
            "/v1/imports/complaints?mode=partial",
            [:],
            Array(rows.utf8),
            type: "text/csv"
        ).json
    }

    @Test func `imports take one that the policy has not, with its cause`() throws {
        try withServer { client in
            try Self.fill(client)
            let rows = """
                customerId,channel,subject,cause,causeDetail,externalId
                1,web,late,delivery,Too Late,A
                1,web,late,delivery,rain,B
                1,web,late,,rain,C
                """
            let answer = try Self.take(client, rows)
            #expect(answer["created"] == 2 && answer["rejected"] == 1)
            let fault = answer["rejectedRows"]?.elements?.first?["errors"]?.elements?.first
            #expect(fault?["pointer"] == "/causeDetail")
            #expect(fault?["detail"] == "goes with a cause")
            #expect(try client.get(Self.path).json["causeDetail"] == "too late")
            #expect(try client.get("/v1/complaints/2").json["causeDetail"] == "rain")
            let again = """
                customerId,channel,subject,cause,causeDetail,externalId
                1,web,late,other,,A
                1,web,late,,snow,B
                """
            #expect(try Self.take(client, again)["updated"] == 2)
            #expect(try client.get(Self.path).json["causeDetail"] == nil)
            let other = try client.get("/v1/complaints/2").json
            #expect(other["cause"] == "delivery" && other["causeDetail"] == "snow")
        }
    }
}
