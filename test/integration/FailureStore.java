// Announces to the server what a full distribution has in modules of its own and the one of the tests has not: that data
// streams may have a failure store, and the field type that a failure store's own mapping asks for. What is done with it is
// all in the server itself.

import java.util.Map;
import java.util.Set;
import org.elasticsearch.cluster.metadata.DataStream;
import org.elasticsearch.features.FeatureSpecification;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.index.mapper.Mapper;
import org.elasticsearch.index.mapper.TextFieldMapper;
import org.elasticsearch.plugins.MapperPlugin;
import org.elasticsearch.plugins.Plugin;

public class FailureStore extends Plugin implements MapperPlugin {
  @Override
  public Map<String, Mapper.TypeParser> getMappers() {
    return Map.of("match_only_text", TextFieldMapper.PARSER);
  }

  public static class Features implements FeatureSpecification {
    @Override
    public Set<NodeFeature> getFeatures() {
      return Set.of(DataStream.DATA_STREAM_FAILURE_STORE_FEATURE);
    }
  }
}
