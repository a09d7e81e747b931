import Testing
import Upstreams

@Suite struct UpstreamSettingsTests {
    @Test func anUpstreamTakesAMinuteToBeGivenUp() {
        #expect(UpstreamSettings(address: "http://localhost:1/v1").timeout == 60)
    }
}
