// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@Suite struct MergePatchTests {
    struct Case: CustomTestStringConvertible {
        let target: String
        let patch: String
        let result: String

        var testDescription: String { "\(target) with \(patch)" }
    }

    /// RFC 7396, appendix A.
    static let cases = [
        Case(target: #"{"a":"b"}"#, patch: #"{"a":"c"}"#, result: #"{"a":"c"}"#),
        Case(target: #"{"a":"b"}"#, patch: #"{"b":"c"}"#, result: #"{"a":"b","b":"c"}"#),
        Case(target: #"{"a":"b"}"#, patch: #"{"a":null}"#, result: "{}"),
        Case(target: #"{"a":"b","b":"c"}"#, patch: #"{"a":null}"#, result: #"{"b":"c"}"#),
        Case(target: #"{"a":["b"]}"#, patch: #"{"a":"c"}"#, result: #"{"a":"c"}"#),
        Case(target: #"{"a":"c"}"#, patch: #"{"a":["b"]}"#, result: #"{"a":["b"]}"#),
        Case(
            target: #"{"a":{"b":"c"}}"#,
            patch: #"{"a":{"b":"d","c":null}}"#,
            result: #"{"a":{"b":"d"}}"#
        ),
        Case(target: #"{"a":[{"b":"c"}]}"#, patch: #"{"a":[1]}"#, result: #"{"a":[1]}"#),
        Case(target: #"["a","b"]"#, patch: #"["c","d"]"#, result: #"["c","d"]"#),
        Case(target: #"{"a":"b"}"#, patch: #"["c"]"#, result: #"["c"]"#),
        Case(target: #"{"a":"foo"}"#, patch: "null", result: "null"),
        Case(target: #"{"a":"foo"}"#, patch: #""bar""#, result: #""bar""#),
        Case(target: #"{"e":null}"#, patch: #"{"a":1}"#, result: #"{"e":null,"a":1}"#),
        Case(target: "[1,2]", patch: #"{"a":"b","c":null}"#, result: #"{"a":"b"}"#),
        Case(target: "{}", patch: #"{"a":{"bb":{"ccc":null}}}"#, result: #"{"a":{"bb":{}}}"#),
    ]

    @Test(arguments: cases)
    func `applies a patch as RFC 7396 shows`(_ one: Case) throws {
        let target = try JSONReader.read(one.target)
        let patch = try JSONReader.read(one.patch)
        #expect(target.merged(with: patch).text == one.result)
    }
}
