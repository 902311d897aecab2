/** Every source, transformation and action, in groups: importing this file is what puts the methods on RDD and SparkContext. */
import './sources/index'
import './transformations/index'
import './pairs/index'
import './actions/index'
import './numeric/index'
import './saving/index'
